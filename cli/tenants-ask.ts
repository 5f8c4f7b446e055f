import type { Readable, Writable } from 'node:stream';
import { isCancel, password, select, text } from '@clack/prompts';
import {
  AUTH0_OWNED_PATTERN,
  COLLECTION_START_PATTERN,
  DOMAIN_PATTERN,
  PLAN_NAMES,
  POLL_INTERVAL_MINUTES_DEFAULT,
  RETENTION_DAYS,
  TENANT_NAME_PATTERN,
} from '../lambda/platform/names.ts';
import { Secret } from '../lambda/platform/secret.ts';
import { UsageError } from '../local/usage-error.ts';

/** Where questions are asked; undefined when nobody is there to answer. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** What describes a tenant, as far as it was given. */
export interface Given {
  readonly name?: string | undefined;
  readonly domain?: string | undefined;
  readonly canonicalDomain?: string | undefined;
  readonly plan?: string | undefined;
  readonly interval?: number | undefined;
  readonly collectionStart?: string | undefined;
}

/** A tenant to be added; what may be left out is still undefined. */
export type Wanted = Given & {
  readonly name: string;
  readonly domain: string;
  readonly plan: string;
};

const SECRET_VARIABLE = 'AUTH0_CLIENT_SECRET';

/** Standard input and error of this process, if a person is at both. */
export const terminalOfProcess = (): Terminal | undefined =>
  process.stdin.isTTY && process.stderr.isTTY
    ? { input: process.stdin, output: process.stderr }
    : undefined;

/**
 * Asks for what is missing of a tenant.
 *
 * @throws {UsageError} when something is missing and nobody can be asked, or the answer is refused
 */
export async function askTenant(given: Given, terminal: Terminal | undefined): Promise<Wanted> {
  if (terminal === undefined) return withoutAsking(given);
  const domain = given.domain ?? (await askDomain('Domain of the tenant', terminal));
  const needsCanonical = given.canonicalDomain === undefined && !AUTH0_OWNED_PATTERN.test(domain);
  const canonicalDomain = needsCanonical
    ? await askDomain('Canonical domain, which ends in auth0.com', terminal)
    : given.canonicalDomain;
  const name = given.name ?? (await askName(nameFrom(canonicalDomain ?? domain), terminal));
  const plan = given.plan ?? (await askPlan(terminal));
  const interval = given.interval ?? (await askInterval(terminal));
  const collectionStart = given.collectionStart ?? (await askStart(terminal));
  return { name, domain, canonicalDomain, plan, interval, collectionStart };
}

function withoutAsking(given: Given): Wanted {
  const { domain, plan } = given;
  if (domain === undefined) throw missing('--domain');
  if (plan === undefined) throw missing('--plan');
  return { ...given, domain, plan, name: given.name ?? nameFrom(given.canonicalDomain ?? domain) };
}

const missing = (option: string): UsageError =>
  new UsageError(`${option} is missing, and there is no terminal to ask at`);

/** The tenant's own name at Auth0, as far as it will do. */
const nameFrom = (domain: string): string => domain.split('.')[0]?.slice(0, 32) ?? '';

/** The client id of the application, as given or asked for. */
export async function askClientId(
  given: string | undefined,
  terminal: Terminal | undefined,
): Promise<string> {
  if (given !== undefined) return given;
  if (terminal === undefined) throw missing('--client-id');
  return answerOf(
    await text({ ...terminal, message: 'Client id of the application', validate: notEmpty }),
  ).trim();
}

/** The client secret: never an argument, since arguments are seen by others. */
export async function askSecret(terminal: Terminal | undefined): Promise<Secret> {
  const given = process.env[SECRET_VARIABLE]?.trim() ?? '';
  if (given !== '') return new Secret(given);
  if (terminal === undefined) {
    throw new UsageError(`The client secret is missing: set ${SECRET_VARIABLE}`);
  }
  const typed = await password({
    ...terminal,
    message: 'Client secret of the application',
    validate: notEmpty,
  });
  return new Secret(answerOf(typed).trim());
}

const notEmpty = (value = ''): string | undefined =>
  value.trim() === '' ? 'Expected a value.' : undefined;

const askDomain = async (message: string, terminal: Terminal): Promise<string> =>
  answerOf(
    await text({
      ...terminal,
      message,
      placeholder: 'acme.us.auth0.com',
      validate: (value = '') =>
        DOMAIN_PATTERN.test(value)
          ? undefined
          : 'Expected a lower-case host name, without https:// and without a path.',
    }),
  );

const askName = async (proposal: string, terminal: Terminal): Promise<string> =>
  answerOf(
    await text({
      ...terminal,
      message: 'Name of the tenant in table, archive and output',
      defaultValue: proposal,
      placeholder: proposal,
      validate: (value = '') =>
        value === '' || TENANT_NAME_PATTERN.test(value)
          ? undefined
          : 'Expected 2 to 32 lower-case letters, digits and hyphens, a letter first.',
    }),
  );

async function askPlan(terminal: Terminal): Promise<string> {
  const options = PLAN_NAMES.map((value) => ({
    value,
    hint: `Auth0 keeps logs for ${RETENTION_DAYS[value]} d`,
  }));
  return answerOf(await select({ ...terminal, message: 'Auth0 plan', options }));
}

async function askInterval(terminal: Terminal): Promise<number> {
  const { POLL_INTERVALS_MINUTES } = await import('../infra/tenants.ts');
  const answer = await select({
    ...terminal,
    message: 'Minutes from one poll to the next',
    options: POLL_INTERVALS_MINUTES.map((value) => ({ value, label: String(value) })),
    initialValue: POLL_INTERVAL_MINUTES_DEFAULT,
  });
  if (isCancel(answer)) throw new UsageError('Nothing was changed');
  return Number(answer);
}

async function askStart(terminal: Terminal): Promise<string | undefined> {
  const answer = await text({
    ...terminal,
    message: 'Collect from when on: a day or time in UTC, "oldest", or nothing for now',
    placeholder: 'now',
    validate: (value = '') =>
      value === '' || COLLECTION_START_PATTERN.test(value)
        ? undefined
        : 'Expected a time in UTC such as 2026-11-01T00:00:00Z, or "oldest".',
  });
  return answerOf(answer) || undefined;
}

function answerOf(answer: string | symbol): string {
  if (typeof answer === 'string') return answer;
  throw new UsageError('Nothing was changed');
}
