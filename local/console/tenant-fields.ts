import type { Credentials } from '../../lambda/auth0/credentials.ts';
import { parseDomain } from '../../lambda/auth0/domain.ts';
import { PLANS } from '../../lambda/auth0/plan.ts';
import { readCollectionStart } from '../../lambda/collect/collection-start.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import { PLAN_NAMES, type PlanName, TENANT_NAME_PATTERN } from '../../lambda/platform/names.ts';
import { Secret } from '../../lambda/platform/secret.ts';
import type { Fields } from './form-body.ts';
import type { WantedReal, WantedSimulated } from './tenants.ts';

export const CREDENTIAL_FIELDS = ['clientId', 'clientSecret'] as const;
export const SIMULATED_FIELDS = ['name', 'plan'] as const;
export const REAL_FIELDS = [
  'name',
  'domain',
  'canonicalDomain',
  ...CREDENTIAL_FIELDS,
  'plan',
  'collectionStart',
] as const;

export type FieldName = (typeof REAL_FIELDS)[number];

/** A sentence for each field that is wrong. */
export type Problems = Readonly<Partial<Record<FieldName, string>>>;

/** What was typed, or what is wrong with it. */
export type Typed<T> =
  | { readonly value: T; readonly problems?: never }
  | { readonly value?: never; readonly problems: Problems };

/** The longest texts that Auth0 and the collector take; see `lambda/auth0/credentials.ts`. */
export const CHARS_MAX: Readonly<Record<FieldName, number>> = {
  name: 32,
  domain: 253,
  canonicalDomain: 253,
  clientId: 200,
  clientSecret: 1_000,
  plan: 20,
  collectionStart: 30,
};

/** Reads the form of a tenant of Auth0. */
export function readReal(fields: Fields, nowMs: number): Typed<WantedReal> {
  const { domain, canonicalDomain } = domainsOf(fields);
  const collectionStart = textOf(fields, 'collectionStart');
  const problems = found({
    name: nameProblem(textOf(fields, 'name')),
    ...domainProblems(domain, canonicalDomain),
    ...credentialProblems(fields),
    plan: planProblem(fields),
    collectionStart: startProblem(collectionStart, planOf(fields), nowMs),
  });
  if (problems !== undefined) return { problems };
  const value = {
    kind: 'real',
    name: textOf(fields, 'name'),
    domain,
    canonicalDomain,
    credentials: credentialsOf(fields),
    plan: planOf(fields),
    collectionStart,
  } as const;
  return { value };
}

/** Reads the form of a simulated tenant. */
export function readSimulated(fields: Fields): Typed<WantedSimulated> {
  const name = textOf(fields, 'name');
  const problems = found({ name: nameProblem(name), plan: planProblem(fields) });
  return problems === undefined
    ? { value: { kind: 'simulated', name, plan: planOf(fields) } }
    : { problems };
}

/** Reads the form of new credentials. */
export function readCredentialFields(fields: Fields): Typed<Credentials> {
  const problems = found(credentialProblems(fields));
  return problems === undefined ? { value: credentialsOf(fields) } : { problems };
}

const textOf = (fields: Fields, name: FieldName): string => (fields[name] ?? '').trim();

const domainsOf = (fields: Fields) => ({
  domain: textOf(fields, 'domain').toLowerCase(),
  canonicalDomain: textOf(fields, 'canonicalDomain').toLowerCase(),
});

const credentialsOf = (fields: Fields): Credentials => ({
  clientId: textOf(fields, 'clientId'),
  clientSecret: new Secret(textOf(fields, 'clientSecret')),
});

const planOf = (fields: Fields): PlanName =>
  PLAN_NAMES.find((name) => name === fields['plan']) ?? 'enterprise';

function found(all: Readonly<Partial<Record<FieldName, string | undefined>>>) {
  const wrong = Object.entries(all).filter(([, sentence]) => sentence !== undefined);
  return wrong.length === 0 ? undefined : (Object.fromEntries(wrong) as Problems);
}

const nameProblem = (name: string): string | undefined =>
  TENANT_NAME_PATTERN.test(name)
    ? undefined
    : 'Expected 2 to 32 lower-case letters, digits and hyphens, a letter first and no hyphen last.';

const planProblem = (fields: Fields): string | undefined =>
  PLAN_NAMES.some((name) => name === fields['plan'])
    ? undefined
    : `Expected one of ${PLAN_NAMES.join(', ')}.`;

const HOST_EXPECTED =
  'Expected a host name such as acme.us.auth0.com, without https:// and without a path.';

function domainProblems(domain: string, canonicalDomain: string): Problems {
  if (!isDomain(domain, 'tenant.auth0.com')) return { domain: HOST_EXPECTED };
  if (isDomain(domain, canonicalDomain)) return {};
  const sentence =
    canonicalDomain === ''
      ? 'The domain above is a custom one, so this one is needed: it ends in auth0.com.'
      : HOST_EXPECTED;
  return { canonicalDomain: sentence };
}

function isDomain(domain: string, canonicalDomain: string): boolean {
  try {
    parseDomain(domain, canonicalDomain);
    return true;
  } catch (thrown) {
    if (thrown instanceof CollectorError) return false;
    throw thrown;
  }
}

const credentialProblems = (fields: Fields) => ({
  clientId: textProblem(fields, 'clientId', 'Expected the client id of the application.'),
  clientSecret: textProblem(fields, 'clientSecret', 'Expected the client secret; type it again.'),
});

function textProblem(fields: Fields, name: FieldName, sentence: string): string | undefined {
  const { length } = textOf(fields, name);
  return length > 0 && length <= CHARS_MAX[name] ? undefined : sentence;
}

function startProblem(text: string, plan: PlanName, nowMs: number): string | undefined {
  try {
    readCollectionStart(text, PLANS[plan], nowMs);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof CollectorError)) throw thrown;
    return 'Expected a day or time in UTC that is past, such as 2026-11-01T00:00:00Z, or "oldest", or nothing.';
  }
}
