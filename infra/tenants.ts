/**
 * The shape of `tenants.json`. It is checked at synthesis, so that a wrong entry stops the
 * deployment with a sentence instead of failing in CloudFormation or, later, in the poller.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import {
  AUDIT_MODE_DEFAULT,
  AUDIT_MODES,
  AUTH0_OWNED_PATTERN,
  COLLECTION_START_PATTERN,
  DOMAIN_PATTERN,
  PLAN_NAMES,
  POLL_INTERVAL_MINUTES_DEFAULT,
  RATE_SHARE_DEFAULT,
  TENANT_NAME_PATTERN,
} from '../lambda/platform/names.ts';
import { DetectionSchema } from './detection.ts';
import { FORM_OF_LAKE, LakeSchema, type LakeSettings } from './lake.ts';
import { caCertificateProblem, NETWORK_FIELDS, type Network, NetworkSchema } from './network.ts';
import { SettingsError } from './settings-error.ts';
import { type Form, sentence } from './settings-sentence.ts';

/**
 * The whole ARN of one secret, with the six characters that Secrets Manager adds to its name.
 * It ends up in an IAM policy, so nothing that IAM reads as a wildcard may pass.
 */
export const SECRET_ARN_PATTERN =
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;

/** Above 0 and up to 1, in steps of a hundredth. */
export const RATE_SHARE_PATTERN = /^(1|0\.(0[1-9]|[1-9][0-9]?))$/;

/** The poll intervals on offer: all divide an hour, so that ticks fall on the same minutes. */
export const POLL_INTERVALS_MINUTES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60] as const;

/** The retention periods that CloudWatch Logs accepts, up to two years. */
export const LOG_RETENTIONS_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
] as const;

export const LOG_RETENTION_DAYS_DEFAULT = 30;

/** What is expected of each field, then what to do: the second half of every error sentence. */
const EXPECTED = {
  name: 'expected 2 to 32 lower-case letters, digits and hyphens, the first a letter and the last no hyphen; give the entry a short name such as "acme"',
  domain:
    'expected a lower-case host name; write it as in "acme.us.auth0.com", without https:// and without a path',
  canonicalDomain:
    'expected the host name that Auth0 gave the tenant; write it as in "acme.us.auth0.com", without https:// and without a path',
  canonicalDomainMissing:
    'expected a value, because "domain" is a custom domain and Auth0 issues tokens for the tenant\'s own one; add it as in "acme.us.auth0.com"',
  credentialsSecretArn:
    'expected the whole ARN of a Secrets Manager secret, with the six characters at its end; copy it from Secrets Manager, or leave the field out and a secret is made to fill in',
  pollIntervalMinutes: `expected one of ${POLL_INTERVALS_MINUTES.join(', ')}; choose one, or leave the field out for ${POLL_INTERVAL_MINUTES_DEFAULT}`,
  collectionStart:
    'expected a day or moment in UTC, or "oldest"; write it as in "2026-11-01T00:00:00Z", or leave the field out to start with the newest event',
  plan: `expected one of ${PLAN_NAMES.join(', ')}; name the tenant's Auth0 plan, because it decides how far back the logs go`,
  rateShare: `expected a number from 0.01 to 1 with at most two decimals; give the part of Auth0's rate limit that the collector may use, or leave the field out for ${RATE_SHARE_DEFAULT}`,
  audit: `expected one of ${AUDIT_MODES.join(', ')}; say which settled batches are read again and compared, or leave the field out for ${AUDIT_MODE_DEFAULT}`,
  enabled: 'expected true or false; write false to pause the tenant, or leave the field out',
  logRetentionDays: `expected one of ${LOG_RETENTIONS_DAYS.join(', ')}; choose one, or leave the field out for ${LOG_RETENTION_DAYS_DEFAULT}`,
} as const;

const FIELDS = {
  name: z.string(EXPECTED.name).regex(TENANT_NAME_PATTERN, EXPECTED.name),
  domain: z.string(EXPECTED.domain).regex(DOMAIN_PATTERN, EXPECTED.domain),
  canonicalDomain: z
    .string(EXPECTED.canonicalDomain)
    .regex(DOMAIN_PATTERN, EXPECTED.canonicalDomain)
    .optional(),
  credentialsSecretArn: z
    .string(EXPECTED.credentialsSecretArn)
    .regex(SECRET_ARN_PATTERN, EXPECTED.credentialsSecretArn)
    .optional(),
  pollIntervalMinutes: z
    .literal(POLL_INTERVALS_MINUTES, EXPECTED.pollIntervalMinutes)
    .default(POLL_INTERVAL_MINUTES_DEFAULT),
  collectionStart: z
    .string(EXPECTED.collectionStart)
    .refine(isCollectionStart, EXPECTED.collectionStart)
    .optional(),
  plan: z.enum(PLAN_NAMES, EXPECTED.plan),
  rateShare: z
    .number(EXPECTED.rateShare)
    .refine((share) => RATE_SHARE_PATTERN.test(String(share)), EXPECTED.rateShare)
    .default(RATE_SHARE_DEFAULT),
  audit: z.enum(AUDIT_MODES, EXPECTED.audit).default(AUDIT_MODE_DEFAULT),
  enabled: z.boolean(EXPECTED.enabled).default(true),
  logRetentionDays: z
    .literal(LOG_RETENTIONS_DAYS, EXPECTED.logRetentionDays)
    .default(LOG_RETENTION_DAYS_DEFAULT),
  detection: z.optional(DetectionSchema),
};

const Tenant = z.strictObject(FIELDS).refine(
  ({ domain, canonicalDomain }) =>
    canonicalDomain !== undefined ||
    AUTH0_OWNED_PATTERN.test(domain) ||
    // Then there is a sentence about the domain already.
    !DOMAIN_PATTERN.test(domain),
  { path: ['canonicalDomain'], error: EXPECTED.canonicalDomainMissing },
);

/** The shape around the entries. */
const Outer = z.strictObject({
  tenants: z.array(z.unknown()).min(1),
  network: z.unknown().optional(),
  lake: z.unknown().optional(),
});

/** One entry of `tenants.json`, its defaults filled in. */
export type TenantSettings = z.infer<typeof Tenant>;

/** What `tenants.json` says. */
export interface TenantsFile {
  readonly tenants: readonly TenantSettings[];
  /** How the pollers of all of them reach AWS and Auth0. */
  readonly network: Network;
  /** What becomes of the events in the lake, and for how long it is kept. */
  readonly lake: LakeSettings;
}

/**
 * Reads and checks `tenants.json`, and the file that it may name.
 *
 * @throws {SettingsError} what is wrong, one sentence a line
 */
export function readTenants(path: string): TenantsFile {
  const file = basename(path);
  if (!existsSync(path)) {
    const example = join(dirname(path), 'tenants.example.json');
    throw new SettingsError(
      `${path} does not exist; copy ${example} to it and fill in your tenants.`,
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SettingsError(
      `${file} is not valid JSON (${error instanceof Error ? error.message : error}); correct it at that place.`,
    );
  }
  const parsed = parseTenants(content, file);
  const { caCertificateFile } = parsed.network;
  if (caCertificateFile === undefined) return parsed;
  const certificate = resolve(dirname(path), caCertificateFile);
  const problem = caCertificateProblem(certificate);
  if (problem === undefined) {
    return { ...parsed, network: { ...parsed.network, caCertificateFile: certificate } };
  }
  throw new SettingsError(`${file}: network, field "caCertificateFile": ${problem}.`);
}

/**
 * Checks the content of `tenants.json`; `file` is what the sentences call it.
 *
 * @throws {SettingsError} what is wrong, one sentence a line
 */
export function parseTenants(content: unknown, file = 'tenants.json'): TenantsFile {
  const outer = Outer.safeParse(content);
  if (!outer.success) {
    throw new SettingsError(
      `${file}: expected an object whose field "tenants" lists at least one tenant, and beside it at most "network" and "lake"; see tenants.example.json for the form.`,
    );
  }
  const problems: string[] = [];
  const tenants: TenantSettings[] = [];
  outer.data.tenants.forEach((entry, index) => {
    const parsed = Tenant.safeParse(entry);
    const place = `${file}: ${placeOf(entry, index)}`;
    if (parsed.success) tenants.push(parsed.data);
    problems.push(...sentences(place, parsed.error, FORM_OF_TENANT));
  });
  const { network: givenNetwork = {}, lake: givenLake = {} } = outer.data;
  const network = NetworkSchema.safeParse(givenNetwork);
  problems.push(...sentences(`${file}: network`, network.error, FORM_OF_NETWORK));
  const lake = LakeSchema.safeParse(givenLake);
  problems.push(...sentences(`${file}: lake`, lake.error, FORM_OF_LAKE));
  problems.push(...duplicateNames(outer.data.tenants, file));
  if (problems.length > 0 || !lake.success) throw new SettingsError(problems.join('\n'));
  return { tenants, network: network.data ?? {}, lake: lake.data };
}

const FORM_OF_TENANT: Form = {
  fields: Object.keys(FIELDS),
  content: 'the fields of a tenant',
  example: 'tenants.example.json',
  hint: ' (credentials belong in Secrets Manager, never here)',
};
const FORM_OF_NETWORK: Form = {
  fields: NETWORK_FIELDS,
  content: `only ${NETWORK_FIELDS.join(', ')}`,
  example: 'docs/deployment.md',
  hint: '',
};

/** A field of a wrong type may count as missing beside its other half, too: it is told once. */
function sentences(place: string, error: z.ZodError | undefined, form: Form): Set<string> {
  return new Set(error?.issues.map((issue) => sentence(place, issue, form)));
}

function duplicateNames(entries: readonly unknown[], file: string): string[] {
  const first = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const name = nameOf(entry);
    if (name === undefined) return [];
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, index);
      return [];
    }
    return [
      `${file}: ${placeOf(entry, index)}, field "name": expected a name that no other entry has, but entry ${earlier + 1} has it too; rename one of the two.`,
    ];
  });
}

function placeOf(entry: unknown, index: number): string {
  const name = nameOf(entry);
  return name === undefined ? `entry ${index + 1}` : `entry ${index + 1} ("${name}")`;
}

/** The name of an entry if it is one, so that a sentence never repeats arbitrary content. */
function nameOf(entry: unknown): string | undefined {
  const name = FIELDS.name.safeParse((entry as { name?: unknown } | null | undefined)?.name);
  return name.success ? name.data : undefined;
}

/** Refuses what has the form but isn't a date, such as 30 February. */
function isCollectionStart(text: string): boolean {
  if (!COLLECTION_START_PATTERN.test(text)) return false;
  if (text === 'oldest') return true;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 19));
}
