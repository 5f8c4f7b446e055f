import { isIP } from 'node:net';
import type { Auth0Domain } from '../../lambda/auth0/domain.ts';
import type { HttpAnswer } from '../../lambda/auth0/http.ts';
import { asCollectorError, CollectorError } from '../../lambda/platform/errors.ts';
import { check } from './check.ts';
import { hasUnknownRegion } from './domain.ts';
import { remedyOfFinding } from './findings.ts';
import type { Subject } from './subject.ts';
import { failed, failedBy, ok, skipped, type Verdict, warning } from './verdict.ts';

/** Does the host name lead to an address? */
export const checkDns = check('dns', ['domain'], async ({ lookUp }, { domain }) => {
  const { hostname } = new URL(domain.origin);
  if (lookUp === undefined) {
    return { ...skipped('the proxy looks the name up'), learned: { isResolved: true } };
  }
  try {
    if (isIP(hostname) !== 0) return ok('an address, not a name', { isResolved: true });
    const addresses = await lookUp(hostname);
    return ok(`${hostname} is ${addresses.slice(0, 3).join(', ')}`, { isResolved: true });
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const message = `The host name ${hostname} could not be resolved (${why})`;
    return withRegion(new CollectorError('AUTH0_DNS', message, { cause }), domain);
  }
});

/** Does the server answer, with a certificate that is trusted? */
export const checkConnection = check(
  'connection',
  ['domain', 'isResolved'],
  async (subject, { domain }) => {
    const { http, clock } = subject;
    try {
      const askedAtMs = clock.nowMs();
      const answer = await http({ method: 'GET', url: `${domain.origin}/` });
      const greeting = { clockAheadMs: clockAheadMs(answer, (askedAtMs + clock.nowMs()) / 2) };
      const isTls = domain.origin.startsWith('https:');
      return ok(isTls ? 'the certificate is trusted' : 'without TLS, on this machine only', {
        greeting,
      });
    } catch (thrown) {
      return connectionFailure(subject, domain, thrown);
    }
  },
);

function connectionFailure(subject: Subject, domain: Auth0Domain, thrown: unknown): Verdict {
  const failure = asCollectorError(thrown);
  if (subject.source.isSimulated && failure.code === 'AUTH0_CONNECTION') {
    return failed('CHECK_SIMULATION_OVER', `Nobody answers at ${domain.host}`);
  }
  return withRegion(failure, domain);
}

/** A region that does not exist may well resolve, and then shows a certificate of other names. */
function withRegion(failure: CollectorError, domain: Auth0Domain): Verdict {
  const verdict = failedBy(failure);
  const isSuspect = ['AUTH0_DNS', 'AUTH0_TLS'].includes(failure.code);
  if (!isSuspect || !hasUnknownRegion(domain.host)) return verdict;
  return { ...verdict, remedy: `${remedyOfFinding('CHECK_REGION')} ${verdict.remedy}` };
}

/** `Date` has whole seconds, rounded down. */
const HALF_SECOND_MS = 500;

function clockAheadMs({ headers }: HttpAnswer, nowMs: number): number | undefined {
  const serverMs = Date.parse(headers['date'] ?? '') + HALF_SECOND_MS;
  return Number.isFinite(serverMs) ? nowMs - serverMs : undefined;
}

/** AWS refuses a request whose time is further off (docs: "Signature Version 4"). */
const CLOCK_FAILED_MS = 5 * 60_000;
const CLOCK_WARNING_MS = 30_000;

/** Is the clock of this machine right, by that of the server? */
export const checkClock = check('clock', ['greeting'], (_subject, { greeting }) => {
  const aheadMs = greeting.clockAheadMs;
  if (aheadMs === undefined) return skipped('the server does not tell its time');
  const offMs = Math.abs(aheadMs);
  const direction = aheadMs > 0 ? 'ahead of' : 'behind';
  const seconds = Math.round(offMs / 1000);
  const said =
    seconds <= 1 ? 'as that of the server' : `${seconds} s ${direction} that of the server`;
  if (offMs >= CLOCK_FAILED_MS) return failed('CHECK_CLOCK', said);
  return offMs >= CLOCK_WARNING_MS ? warning('CHECK_CLOCK', said) : ok(said);
});
