import { isDeepStrictEqual } from 'node:util';
import type { TenantSettings } from '../infra/tenants.ts';
import type { Credentials } from '../lambda/auth0/credentials.ts';
import { examineCandidate } from '../local/checks/candidate.ts';
import type { CheckLine } from '../local/checks/examine.ts';
import { gravest } from '../local/checks/gravest.ts';
import { reach } from '../local/checks/reach.ts';
import { UsageError } from '../local/usage-error.ts';
import { reportLine } from './checks/report.ts';
import {
  askClientId,
  askSecret,
  askTenant,
  type Terminal,
  terminalOfProcess,
} from './tenants-ask.ts';
import { type EntryChange, TenantsText } from './tenants-file.ts';
import { checkLine, deployLines, secretLine } from './tenants-next.ts';
import type { Outcome } from './tenants-outcome.ts';
import { putSecret } from './tenants-secret.ts';

/** The options of `tenants add` and `tenants set`, as the parser gives them. */
export interface Given {
  readonly name?: string | undefined;
  readonly file: string;
  readonly domain?: string;
  readonly canonicalDomain?: string;
  readonly clientId?: string;
  readonly plan?: string;
  readonly interval?: number;
  readonly collectionStart?: string;
  readonly putSecret?: true;
  readonly json?: true;
}

/**
 * Adds a tenant, once its logs can be read.
 *
 * @throws {UsageError} for settings that the deployment would refuse
 */
export async function addTenant(given: Given): Promise<Outcome> {
  const terminal = terminalOfProcess();
  const wanted = await askTenant(given, terminal);
  const text = TenantsText.read(given.file).with({
    name: wanted.name,
    domain: wanted.domain,
    canonicalDomain: wanted.canonicalDomain,
    pollIntervalMinutes: wanted.interval,
    collectionStart: wanted.collectionStart,
    plan: wanted.plan,
  });
  // A setting that is wrong shows before a secret is asked for.
  const tenant = await text.tenant(wanted.name);
  const credentials = await askCredentials(given, terminal);
  const checks = await examineTenant(tenant, credentials, given);
  if (gravest(checks) === 'failed') return { done: undefined, tenant, checks, next: [] };
  const written = await writeWith(text, tenant, given.putSecret ? credentials : undefined);
  const later = given.putSecret ? [] : [secretLine(given.file, tenant.name, credentials.clientId)];
  const next = [...deployLines.added(given.file, tenant.name), ...later, checkLine(tenant.name)];
  return { done: `${tenant.name} is in`, checks, ...written, next };
}

/**
 * Changes settings of a tenant. Where and as whom it is read is tried first.
 *
 * @throws {UsageError} when there is no such tenant, or for settings that the deployment would refuse
 */
export async function setTenant(given: Given & { readonly name: string }): Promise<Outcome> {
  const { name, file } = given;
  const change = changeOf(given);
  const isOfAccess = [given.domain, given.canonicalDomain, given.clientId, given.putSecret].some(
    (option) => option !== undefined,
  );
  if (Object.keys(change).length === 0 && !isOfAccess) {
    throw new UsageError(
      'There is nothing to set: name a setting (see collector tenants set --help)',
    );
  }
  const present = TenantsText.read(file);
  const before = await present.tenant(name);
  const text = present.changed(name, change);
  const tenant = await text.tenant(name);
  if (!isOfAccess) {
    text.write();
    return { done: `${name} is changed in`, tenant, next: deployLines.changed(file, name) };
  }
  const credentials = await askCredentials(given, terminalOfProcess());
  const checks = await examineTenant(tenant, credentials, given);
  if (gravest(checks) === 'failed') return { done: undefined, tenant, checks, next: [] };
  const written = await writeWith(text, tenant, given.putSecret ? credentials : undefined);
  // The poller takes a secret up that was filled in again; all else has to be deployed.
  const isSame = isDeepStrictEqual(written.tenant, before);
  const deploy = isSame ? [] : deployLines.changed(file, name);
  return {
    done: `${name} is ${isSame ? 'as it was' : 'changed'} in`,
    checks,
    ...written,
    next: [...deploy, checkLine(name)],
  };
}

/** An empty text takes a setting back. */
function changeOf(given: Given): EntryChange {
  const { domain, canonicalDomain, plan, interval, collectionStart } = given;
  return {
    ...(domain !== undefined && { domain }),
    ...(canonicalDomain !== undefined && { canonicalDomain: canonicalDomain || undefined }),
    ...(interval !== undefined && { pollIntervalMinutes: interval }),
    ...(collectionStart !== undefined && { collectionStart: collectionStart || undefined }),
    ...(plan !== undefined && { plan }),
  };
}

const askCredentials = async (
  { clientId }: Given,
  terminal: Terminal | undefined,
): Promise<Credentials> => ({
  clientId: await askClientId(clientId, terminal),
  clientSecret: await askSecret(terminal),
});

function examineTenant(
  tenant: TenantSettings,
  credentials: Credentials,
  { json }: Given,
): Promise<readonly CheckLine[]> {
  const output = json ? process.stderr : process.stdout;
  output.write(`${tenant.name}: ${tenant.domain}\n`);
  return examineCandidate({ ...tenant, credentials }, reach(), (line) =>
    output.write(reportLine(line)),
  );
}

/** The secret first: an entry may name only a secret that is there. */
async function writeWith(
  text: TenantsText,
  tenant: TenantSettings,
  credentials: Credentials | undefined,
): Promise<Pick<Outcome, 'tenant' | 'secretArn'>> {
  if (credentials === undefined) {
    text.write();
    return { tenant };
  }
  const { arn, isToBeNamed } = await putSecret(
    tenant.name,
    credentials,
    tenant.credentialsSecretArn,
  );
  const final = isToBeNamed ? text.changed(tenant.name, { credentialsSecretArn: arn }) : text;
  const settings = await final.tenant(tenant.name);
  final.write();
  return { tenant: settings, secretArn: arn };
}
