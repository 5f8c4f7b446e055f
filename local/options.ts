import { Command, Option } from 'commander';
import { PLAN_NAMES, type PlanName, TENANT_NAME_PATTERN } from '../lambda/platform/names.ts';
import { attacksOption, parseOptions, wholeNumber } from './command-line.ts';
import type { AttackName } from './tenant/attacks/table.ts';
import { UsageError } from './usage-error.ts';

/** What `npm start` is asked to do. */
export interface RunOptions {
  readonly dataDir: string;
  readonly tenant: string;
  readonly plan: PlanName;
  readonly collectionStart: string;
  readonly once: boolean;
  readonly everySeconds: number;
  readonly json: boolean;
  readonly source: SimulatedSource | RealSource;
}

/** A simulated tenant: generated events, or those of a file. */
export interface SimulatedSource {
  readonly kind: 'simulated';
  readonly events: number;
  readonly seed: number;
  readonly attacks: readonly AttackName[];
  readonly eventsFile: string | undefined;
  readonly asIs: boolean;
}

export interface RealSource {
  readonly kind: 'real';
  readonly domain: string;
  readonly canonicalDomain: string;
  readonly clientId: string;
}

interface Parsed {
  readonly once?: true;
  readonly every: number;
  readonly events: number;
  readonly seed: number;
  readonly attacks: readonly AttackName[];
  readonly eventsFile?: string;
  readonly asIs?: true;
  readonly domain?: string;
  readonly clientId?: string;
  readonly canonicalDomain?: string;
  readonly collectionStart?: string;
  readonly plan: PlanName;
  readonly tenant?: string;
  readonly data: string;
  readonly json?: true;
}

const EVENTS_MAX = 5_000_000;
/** What a simulated tenant holds unless it is told otherwise. */
export const SIMULATED_EVENTS_DEFAULT = 5_000;

/**
 * Reads the command line of `npm start`.
 *
 * @throws {UsageError} with one sentence for the person who typed it
 */
export function parseRunOptions(args: readonly string[]): RunOptions {
  const command = new Command('npm start --')
    .description(
      'Collects the log events of one tenant on this machine: simulated, or real with --domain.',
    )
    .option('--once', 'one tick, on until caught up, then end')
    .option('--every <seconds>', 'time between ticks', wholeNumber(1, 86_400), 10)
    .option(
      '--events <number>',
      'events that the simulated tenant holds',
      wholeNumber(0, EVENTS_MAX),
      SIMULATED_EVENTS_DEFAULT,
    )
    .option('--seed <number>', 'seed of the simulated traffic', wholeNumber(0, 2 ** 31), 1)
    .addOption(attacksOption())
    .option(
      '--events-file <file>',
      'the simulated tenant holds these events (NDJSON or a JSON array)',
    )
    .option('--as-is', 'leave the events of the file at their own times')
    .option('--domain <host>', 'collect from a real tenant, such as acme.us.auth0.com')
    .option(
      '--client-id <id>',
      'application of the real tenant; its secret comes from AUTH0_CLIENT_SECRET or is asked for',
    )
    .option('--canonical-domain <host>', 'canonical domain, when --domain is a custom one')
    .option(
      '--collection-start <time>',
      'collect from this time in UTC on, or "oldest" for all there is',
    )
    .addOption(
      new Option('--plan <plan>', 'Auth0 plan: retention and rate limit')
        .choices(PLAN_NAMES)
        .default('enterprise'),
    )
    .option('--tenant <name>', 'name of the tenant in table, archive and output')
    .option('--data <dir>', 'folder that keeps everything', '.local')
    .option('--json', 'end with one JSON object on stdout; all else goes to stderr');
  return toRunOptions(parseOptions<Parsed>(command, args));
}

function toRunOptions(parsed: Parsed): RunOptions {
  const source = toSource(parsed);
  return {
    dataDir: parsed.data,
    tenant: tenantName(parsed),
    plan: parsed.plan,
    // A simulated tenant is there to be collected whole.
    collectionStart: parsed.collectionStart ?? (source.kind === 'simulated' ? 'oldest' : ''),
    once: parsed.once ?? false,
    everySeconds: parsed.every,
    json: parsed.json ?? false,
    source,
  };
}

function toSource(parsed: Parsed): RunOptions['source'] {
  const { domain, clientId, eventsFile, asIs = false } = parsed;
  if (domain === undefined) {
    if (clientId !== undefined || parsed.canonicalDomain !== undefined) {
      throw new UsageError(
        '--client-id and --canonical-domain need --domain, the tenant to collect from',
      );
    }
    if (asIs && eventsFile === undefined) throw new UsageError('--as-is needs --events-file');
    const { events, seed, attacks } = parsed;
    return { kind: 'simulated', events, seed, attacks, eventsFile, asIs };
  }
  if (eventsFile !== undefined) {
    throw new UsageError(
      '--events-file is for a simulated tenant and --domain for a real one: give one of them',
    );
  }
  if (clientId === undefined) {
    throw new UsageError('--domain needs --client-id, the application that may read the logs');
  }
  return { kind: 'real', domain, clientId, canonicalDomain: parsed.canonicalDomain ?? '' };
}

/** As given, or from what is collected, so that different sources don't share a checkpoint. */
function tenantName({ tenant, domain, eventsFile }: Parsed): string {
  if (tenant !== undefined) {
    if (TENANT_NAME_PATTERN.test(tenant)) return tenant;
    throw new UsageError(
      `--tenant "${tenant}": expected 2 to 32 lower-case letters, digits and hyphens, a letter first`,
    );
  }
  if (domain !== undefined) return slug(domain.split('.')[0] ?? '');
  return eventsFile === undefined
    ? 'acme'
    : slug(eventsFile.split(/[/\\]/).at(-1)?.split('.')[0] ?? '');
}

function slug(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 32)
    .replaceAll(/^-+|-+$/g, '');
  return TENANT_NAME_PATTERN.test(name) ? name : 'tenant';
}
