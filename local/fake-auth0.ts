import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { PLAN_NAMES, type PlanName } from '../lambda/platform/names.ts';
import { attacksOption, parseOptions, wholeNumber } from './command-line.ts';
import { EXIT_FINE, explain } from './explain.ts';
import { type SimulatedCredentials, simulateTenant } from './simulate.ts';
import type { AttackName } from './tenant/attacks/table.ts';
import { FAULTS, type Fault } from './tenant/faults.ts';
import type { Exchange, SimulatedTenant } from './tenant/server.ts';
import { UsageError } from './usage-error.ts';

/** What `npm run fake-auth0` is asked to do. */
interface FakeOptions {
  readonly port: number;
  readonly events: number;
  readonly seed: number;
  readonly attacks: readonly AttackName[];
  readonly eventsFile?: string;
  readonly asIs?: true;
  readonly plan: PlanName;
  readonly data: string;
  readonly frozen?: true;
  readonly latency: number;
  readonly faults?: string;
  readonly clientId: string;
}

const COMMAND = 'npm run fake-auth0 --';
const SECRET_VARIABLE = 'FAKE_AUTH0_CLIENT_SECRET';

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const faults = options.faults === undefined ? [] : readFaults(options.faults);
  const secret = process.env[SECRET_VARIABLE]?.trim() ?? '';
  const credentials = {
    clientId: options.clientId,
    clientSecret: secret === '' ? randomBytes(32).toString('base64url') : secret,
  };
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const tenant = await start(options, faults, credentials);
  process.stdout.write(greeting(tenant, credentials, secret === ''));
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  await tenant.stop();
  return EXIT_FINE;
}

function readOptions(args: readonly string[]): FakeOptions {
  const command = new Command(COMMAND)
    .description('A simulated Auth0 tenant on this machine, to test a log pipeline against.')
    .option('--port <number>', 'port on 127.0.0.1; 0: any free one', wholeNumber(0, 65_535), 4010)
    .option('--events <number>', 'events that it holds', wholeNumber(0, 5_000_000), 5_000)
    .option('--seed <number>', 'seed of the simulated traffic', wholeNumber(0, 2 ** 31), 1)
    .addOption(attacksOption())
    .option('--events-file <file>', 'it holds these events instead (NDJSON or a JSON array)')
    .option('--as-is', 'leave the events of the file at their own times')
    .addOption(
      new Option('--plan <plan>', 'Auth0 plan: retention and rate limits')
        .choices(PLAN_NAMES)
        .default('enterprise'),
    )
    .option('--data <dir>', 'folder that keeps what it holds', '.local/fake-auth0')
    .option('--frozen', 'no new events while it runs')
    .option('--latency <ms>', 'every answer waits so long', wholeNumber(0, 60_000), 0)
    .option('--faults <file>', 'what goes wrong, a JSON array (see docs/fake-auth0.md)')
    .option('--client-id <id>', 'client id of its application', clientId, 'simulated-collector')
    .addHelpText('after', `\nIts client secret is ${SECRET_VARIABLE}, or a new one at each start.`);
  const options = parseOptions<FakeOptions>(command, args);
  if (options.asIs && options.eventsFile === undefined) {
    throw new UsageError('--as-is needs --events-file');
  }
  return options;
}

function clientId(text: string): string {
  if (/^[\w-]{1,100}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 100 letters, digits, hyphens and underscores.');
}

function readFaults(path: string): Fault[] {
  const { success, data, error } = FAULTS.safeParse(readJson(path));
  if (success) return data;
  const [issue] = error.issues;
  throw new UsageError(`The faults file ${path}: ${issue === undefined ? error : describe(issue)}`);
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`The faults file ${path} can't be read (${codeOf(cause)})`);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = (cause as Error).message.replaceAll(/\s+/g, ' ');
    throw new UsageError(`The faults file ${path} is not JSON: ${why}`);
  }
}

/** Names the entry, counted from 1, and the field. */
function describe({ path: [entry, ...field], message }: z.core.$ZodIssue): string {
  if (entry === undefined) return `expected a JSON array of faults (${message})`;
  const place = field.length === 0 ? '' : `, field ${field.join('.')}`;
  return `entry ${Number(entry) + 1}${place}: ${message}`;
}

async function start(
  options: FakeOptions,
  faults: readonly Fault[],
  credentials: SimulatedCredentials,
): Promise<SimulatedTenant> {
  const { port, plan, events, seed, attacks, eventsFile, latency } = options;
  try {
    return await simulateTenant(
      {
        dir: join(options.data, sourceName(options)),
        plan,
        events,
        seed,
        attacks,
        eventsFile,
        asIs: options.asIs ?? false,
        isLive: !options.frozen,
        port,
        latencyMs: latency,
        faults,
        onAnswered: (exchange) => process.stdout.write(requestLine(exchange)),
      },
      credentials,
    );
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'EADDRINUSE' || (code === 'EACCES' && isListening(thrown))) {
      throw new UsageError(`Port ${port} is in use or not allowed: choose another with --port`);
    }
    if (['EACCES', 'EEXIST', 'ENOTDIR', 'EROFS', 'EPERM'].includes(code)) {
      throw new UsageError(
        `The folder ${options.data} can't be used (${code}): choose another with --data`,
      );
    }
    throw thrown;
  }
}

/** Events of different sources are different tenants, each with a folder of its own. */
const sourceName = ({ eventsFile, asIs, seed }: FakeOptions): string =>
  eventsFile === undefined ? `seed-${seed}` : `file-${basename(eventsFile)}${asIs ? '-as-is' : ''}`;

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';

const isListening = (thrown: unknown): boolean =>
  thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'listen';

function greeting(
  { host, events }: SimulatedTenant,
  { clientId, clientSecret }: SimulatedCredentials,
  isGenerated: boolean,
): string {
  const secret = isGenerated ? clientSecret : `$${SECRET_VARIABLE}`;
  const shown = isGenerated
    ? `${clientSecret} (made up for this run; set ${SECRET_VARIABLE} to choose it)`
    : `as set in ${SECRET_VARIABLE}`;
  return `A simulated Auth0 tenant with ${events.count.toLocaleString('en-US')} log events; Ctrl-C ends it.
  address        http://${host}
  audience       https://${host}/api/v2/
  client id      ${clientId}
  client secret  ${shown}

A token:
  curl -s http://${host}/oauth/token -d grant_type=client_credentials -d client_id=${clientId} --data-urlencode "client_secret=${secret}" -d audience=https://${host}/api/v2/

The first page, with "access_token" from that answer as TOKEN:
  curl -s -i -H "Authorization: Bearer $TOKEN" "http://${host}/api/v2/logs?sort=date:1&per_page=100"

`;
}

function requestLine({ method, path, status, events, durationMs }: Exchange): string {
  const isPage = path.startsWith('/api/v2/logs') && status === 200;
  const parts = [
    new Date().toTimeString().slice(0, 8),
    `${method} ${path}`,
    status === undefined ? 'no answer' : String(status),
    ...(isPage ? [`${events} ${events === 1 ? 'event' : 'events'}`] : []),
    `${Math.round(durationMs)} ms`,
  ];
  return `${parts.join('  ')}\n`;
}

process.exitCode = await main(process.argv.slice(2)).catch(explain);
