import { setTimeout as sleep } from 'node:timers/promises';
import type { FailureCode } from '../../lambda/platform/errors.ts';
import { checkAudience, checkScopes, checkSecret, checkToken } from './access.ts';
import type { Check } from './check.ts';
import { collectionChecks } from './collection.ts';
import { checkDomain } from './domain.ts';
import type { Facts } from './facts.ts';
import type { FindingCode } from './findings.ts';
import { checkLogs, checkRate } from './logs.ts';
import { checkClock, checkConnection, checkDns } from './network.ts';
import type { Subject } from './subject.ts';
import { failed, failedBy, type Verdict } from './verdict.ts';

/** What one check said, without what it knows. */
export interface CheckLine {
  readonly check: string;
  readonly state: Verdict['state'];
  readonly code?: FailureCode | FindingCode;
  readonly said: string;
  readonly remedy?: string;
}

/** Questions about the source, in the order in which a failure of one makes others pointless. */
const SOURCE_CHECKS: readonly Check[] = [
  checkDomain,
  checkDns,
  checkConnection,
  checkClock,
  checkSecret,
  checkToken,
  checkAudience,
  checkScopes,
  checkLogs,
  checkRate,
];

/** More than the requests of any check may take together, so that each names its own failure. */
const CHECK_TIMEOUT_MS = 25_000;

/**
 * Runs all checks on a tenant, one after the other. None of them changes anything; the one of the
 * token adds an event to the tenant's log, as every token request does.
 *
 * @param onLine called as soon as a check has ended
 * @param timeoutMs how long each check may take
 */
export async function examine(
  subject: Subject,
  onLine: (line: CheckLine) => void = () => undefined,
  timeoutMs: number = CHECK_TIMEOUT_MS,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  let facts: Partial<Facts> = {};
  const { collection } = subject;
  const further = collection === undefined ? [] : collectionChecks(collection);
  for (const check of [...SOURCE_CHECKS, ...further]) {
    const { learned, ...verdict } = await bounded(check.run(subject, facts), timeoutMs);
    facts = { ...facts, ...learned };
    const line = withoutSecrets({ check: check.name, ...verdict }, facts);
    lines.push(line);
    onLine(line);
  }
  return lines;
}

async function bounded(run: Promise<Verdict>, timeoutMs: number): Promise<Verdict> {
  const ended = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: ended.signal }).then(
    () => failed('CHECK_TIMEOUT', `no end after ${timeoutMs / 1000} s`),
    // The check was faster.
    () => run,
  );
  try {
    return await Promise.race([run, late]);
  } catch (thrown) {
    return failedBy(thrown);
  } finally {
    ended.abort();
  }
}

/** A server may repeat what it was sent. */
function withoutSecrets(line: CheckLine, { credentials, tokenAnswer }: Partial<Facts>): CheckLine {
  const secrets = [credentials?.clientSecret, tokenAnswer?.token?.value];
  const said = secrets.reduce(
    (text, secret) =>
      secret === undefined ? text : text.replaceAll(secret.reveal(), String(secret)),
    line.said,
  );
  return { ...line, said };
}
