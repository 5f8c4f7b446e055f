/** The command lines that the documents show. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..');

/** How the documents call the operator's command. */
const COLLECTOR: readonly string[] = ['npm', 'run', '-s', 'collector', '--'];

/** A block of shell code. */
export interface ShellBlock {
  /** Where its first line is: `docs/runbook.md:14`. */
  readonly place: string;
  readonly text: string;
  readonly commands: readonly ShownCommand[];
}

/** One command of a block, or of a sentence. */
export interface ShownCommand {
  readonly place: string;
  readonly text: string;
  readonly words: readonly string[];
}

/** Whatever a person reads about using the product or working on it; an ADR shows no commands. */
const DOCUMENTS: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(join(REPOSITORY, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The words of a command line as a shell splits it, but that it fills nothing in. */
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** Every block of shell code of every document. */
export const shellBlocks = (): ShellBlock[] =>
  DOCUMENTS.flatMap((document) => {
    const text = readFileSync(join(REPOSITORY, document), 'utf8');
    return [...text.matchAll(/^ *```(?:sh|bash|shell|console)\n([\s\S]*?)^ *```$/gm)].map(
      ({ 1: block = '', index }) => {
        const first = lineAt(text, index) + 1;
        return {
          place: `${document}:${first}`,
          text: block,
          commands: commandsIn(document, block, first),
        };
      },
    );
  });

/** Every command that is quoted in a sentence, table or heading. */
export const quotedCommands = (): ShownCommand[] =>
  DOCUMENTS.flatMap((document) => {
    const text = readFileSync(join(REPOSITORY, document), 'utf8');
    const quoted = /`((?:collector|npm|npx|cdk|aws) [^`\n]+)`/g;
    return [...text.matchAll(quoted)].map(({ 1: command = '', index }) => ({
      place: `${document}:${lineAt(text, index)}`,
      text: command,
      words: wordsOf(command),
    }));
  });

/** What stands before, behind and between `&&` and in front of a pipe, without the remarks. */
function commandsIn(document: string, block: string, first: number): ShownCommand[] {
  const commands: ShownCommand[] = [];
  let [from, whole] = [first, ''];
  for (const [index, line] of block.split('\n').entries()) {
    if (whole === '') from = first + index;
    whole += line.replace(/(?:^|\s)#\s.*$/, '');
    if (whole.endsWith('\\')) {
      whole = `${whole.slice(0, -1)} `;
      continue;
    }
    for (const part of whole.split('&&')) {
      const text = (part.split(' | ')[0] ?? '').trim().replaceAll(/ +/g, ' ');
      const place = `${document}:${from}`;
      if (text !== '') commands.push({ place, text, words: wordsOf(text) });
    }
    whole = '';
  }
  return commands;
}

/** Blocks for the AWS CLI are run as a whole: they set variables and look things up within. */
export const isForAwsCli = ({ text }: Pick<ShellBlock, 'text'>): boolean =>
  /(?:^|[\s(])aws [a-z]/m.test(text);

/** What `collector` is given, or undefined for anything else. */
export function collectorArgs({ words }: ShownCommand): readonly string[] | undefined {
  if (words[0] === 'collector') return words.slice(1);
  const at = words.indexOf('npm');
  const isCollector = COLLECTOR.every((word, index) => words[at + index] === word);
  return at !== -1 && isCollector ? words.slice(at + COLLECTOR.length) : undefined;
}

/** The catalogue is read off the code; everything else without `--local` asks AWS. */
export const isHere = (args: readonly string[]): boolean =>
  args.includes('--local') || args[0] === 'rules';
