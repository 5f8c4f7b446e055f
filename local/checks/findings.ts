/**
 * What a check can find beside the failures of the collector itself, and what to do about it; see
 * `docs/troubleshooting.md`.
 */
const FINDINGS = {
  CHECK_AWS: 'Check AWS_PROFILE and AWS_REGION, and that you may read what the message names.',
  CHECK_CLOCK: 'Set the clock of this machine by NTP; AWS refuses requests that are minutes off.',
  CHECK_CREDENTIALS_OLD:
    'Nothing to do during a rotation; else copy the client secret from Auth0 into the secret again.',
  CHECK_DEAD_LETTERS:
    'Find out why ingest refused them, then send them again: docs/runbook.md, section "Dead letters".',
  CHECK_NO_POLL:
    'Wait for the first tick; if none comes, see docs/runbook.md, section "Not running".',
  CHECK_POLL_LATE:
    'Read the log of the poller and the state of its rule: docs/runbook.md, section "Not running".',
  CHECK_POLL_TROUBLE: 'Nothing to do at once: the next tick tries again.',
  CHECK_QUEUE_BEHIND: 'See whether ingest works: docs/runbook.md, section "Ingest behind".',
  CHECK_RATE_BUSY:
    'Nothing breaks: collection waits for its share. If it stays, find out which application uses up the rate limit.',
  CHECK_RATE_HEADERS:
    'Look for a proxy that drops the x-ratelimit headers; without them the collector can not leave a share to your own applications.',
  CHECK_REGION:
    'Check the part of the domain before auth0.com: it is the region of the tenant, or nothing for an old tenant in the US.',
  CHECK_RETENTION_NEAR:
    'Find out why collection is behind before Auth0 drops events: docs/runbook.md, section "Loss ahead".',
  CHECK_RULE_DISABLED:
    'Collection is paused and Auth0 goes on dropping events; to resume it, deploy the tenant with Enabled=true.',
  CHECK_SCOPE_EXCESS:
    'Take the other scopes away from the application: the collector reads nothing but logs.',
  CHECK_SCOPE_NARROW: 'Grant the scope read:logs: read:logs_users alone may hide log events.',
  CHECK_SIMULATION_OVER:
    'The simulated tenant lives while npm start runs: start it, and check then.',
  CHECK_TIMEOUT:
    'Check the network between this machine and what the message names, then try again.',
} as const satisfies Record<`CHECK_${string}`, string>;

export type FindingCode = keyof typeof FINDINGS;

export const FINDING_CODES = Object.keys(FINDINGS) as readonly FindingCode[];

/** What to do about a finding, in one sentence. */
export const remedyOfFinding = (code: FindingCode): string => FINDINGS[code];
