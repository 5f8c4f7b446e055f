import { type Command, InvalidArgumentError, Option } from 'commander';
import { ATTACK_NAMES, type AttackName } from './tenant/attacks/table.ts';
import { HelpShown, UsageError } from './usage-error.ts';

/** Reads a whole number of an option. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

/** Which attacks the simulated tenant plays within its traffic. */
export const attacksOption = (): Option =>
  new Option('--attacks <names>', 'attacks in its traffic: all, none, or names with commas between')
    .argParser(attackNames)
    .default(ATTACK_NAMES, 'all');

function attackNames(text: string): readonly AttackName[] {
  if (text === 'all') return ATTACK_NAMES;
  if (text === 'none') return [];
  const given = text.split(',').map((name) => name.trim());
  const unknown = given.find((name) => !ATTACK_NAMES.some((known) => known === name));
  if (unknown === undefined) return ATTACK_NAMES.filter((name) => given.includes(name));
  const known = ATTACK_NAMES.join(', ');
  throw new InvalidArgumentError(`There is no attack "${unknown}": use all, none, or ${known}.`);
}

/**
 * Parses the arguments of a command and gives its options.
 *
 * @throws {UsageError} the sentence of the parser, and where to read more
 * @throws {HelpShown} when `--help` was asked for and has been printed
 */
export function parseOptions<T extends object>(command: Command, args: readonly string[]): T {
  command
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse([...args], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('exitCode' in thrown)) throw thrown;
    if (thrown.exitCode === 0) throw new HelpShown();
    const sentence = thrown.message.replace(/^error: /, '');
    throw new UsageError(`${sentence} (see ${command.name()} --help)`);
  }
  return command.opts<T>();
}
