import { type EventFacts, object, text } from '../../auth0/event-facts.ts';
import { EVENT_TYPES } from '../../auth0/event-types.ts';
import { atLeast } from '../patterns/window.ts';
import { deed } from '../reading/actor.ts';
import { type CallRow, callIn, setting } from '../reading/call.ts';
import { brief, TENANT } from '../reading/subject.ts';
import { type Entity, type Rule, rule } from '../rule.ts';

const MINUTE_MS = 60_000;

const clockTrouble = rule({
  id: 'A0-OPS-01',
  title: 'Events dated far from when Auth0 took them in',
  family: 'operations',
  severity: 'low',
  attack: [],
  kind: 'stateless',
  types: 'all',
  why: 'Rules count by the time an event says it happened. Events that come long after it, or before, may complete a pattern too late to be of use.',
  tune: 'Seen for hours after a disturbance at Auth0: raise lagMinutes while it lasts.',
  todo: 'Look at the status page of Auth0. If it shows nothing, compare the dates of these events with your own logs before you build on them.',
  limits: { lagMinutes: 15 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: ({ timeMs, ingestedMs, code }, { limits }) => {
      if (timeMs === undefined || ingestedMs === undefined) return undefined;
      const lagMinutes = (ingestedMs - timeMs) / MINUTE_MS;
      if (Math.abs(lagMinutes) <= limits.lagMinutes) return undefined;
      const way = lagMinutes > 0 ? 'before' : 'after';
      const minutes = Math.round(Math.abs(lagMinutes));
      const note = `${brief(code)} is dated ${minutes} minutes ${way} Auth0 took it in`;
      return { entity: TENANT, note };
    },
  },
});

const eventTypeOf = ({ code }: EventFacts): Entity => ({ kind: 'event-type', value: code });

const failures = rule({
  id: 'A0-OPS-02',
  title: 'Limit reached, or something at Auth0 keeps failing',
  family: 'operations',
  severity: 'low',
  attack: ['T1499'],
  kind: 'threshold',
  types: [
    'api_limit api_limit_warning token_quota_consumption_warning',
    'actions_execution_failed flows_execution_failed forms_submission_failed',
    'fn gd_send_sms_failure gd_send_voice_failure gd_send_pn_failure',
    'gd_send_email_verification_failure kms_key_management_failure',
    'directory_sync_failed fscim fc fcpro',
  ].flatMap((line) => line.split(' ')),
  why: 'Users can not log in, or do not get their codes, although nobody attacks; or somebody uses up a limit that all share.',
  tune: 'Raise count on tenants where single failures are many, such as mails to addresses that do not exist.',
  todo: 'Read the reason in the lines, then look under Monitoring > Logs, Actions > Library or Branding > Email Provider, whichever failed.',
  limits: { count: 10, windowMinutes: 60 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts) => {
      const reason = facts.description ?? text(facts.details['error']) ?? 'no reason given';
      const note = `${facts.type.name}: ${brief(reason, 80)}`;
      return { entity: eventTypeOf(facts), note };
    },
    judge: (entries, { limits }) =>
      atLeast(entries, limits.count, limits.windowMinutes * MINUTE_MS),
  },
});

const unknownShape = rule({
  id: 'A0-OPS-03',
  title: 'Event of an unknown type or form',
  family: 'operations',
  severity: 'info',
  attack: [],
  kind: 'list match',
  types: 'all',
  why: 'Auth0 adds types and changes forms without notice. The event is stored whole, but no rule looks for it, or rules may misread it.',
  tune: 'Raised once in three months for each type.',
  todo: 'Update the collector. If there is no newer version, look the type up in the documentation of Auth0 and tell the authors.',
  limits: {},
  lists: {},
  periodHours: 90 * 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const odd = oddity(facts);
      if (odd === undefined) return undefined;
      return { entity: eventTypeOf(facts), note: `${brief(facts.code)}: ${odd}` };
    },
  },
});

function oddity({ code, timeMs, ingestedMs, event }: EventFacts): string | undefined {
  if (!Object.hasOwn(EVENT_TYPES, code)) return 'this type is not known';
  if (timeMs === undefined) return 'it has no date that can be read';
  if (ingestedMs === undefined) return 'its log id tells no time';
  const details = event['details'];
  const isOdd = details !== undefined && details !== null && object(details) === undefined;
  return isOdd ? 'its details are no object' : undefined;
}

const OWN_CALLS: readonly CallRow<string>[] = [
  ['PATCH PUT', 'clients/{client}', 'changed'],
  ['DELETE', 'clients/{client}', 'deleted'],
  ['POST', 'clients/{client}/rotate-secret', 'rotated the secret of'],
  ['POST', 'clients/{client}/credentials', 'added a credential to'],
  ['PATCH PUT DELETE', 'clients/{client}/credentials/{id}', 'changed a credential of'],
  ['POST', 'client-grants', 'granted scopes to'],
  ['PATCH PUT', 'client-grants/{id}', 'changed the grant of'],
  ['DELETE', 'client-grants/{id}', 'removed the grant of'],
];

const collectorChanged = rule({
  id: 'A0-OPS-04',
  title: "The collector's own application changed",
  family: 'operations',
  severity: 'high',
  attack: ['T1685.002'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'Without its application, secret or grant the collector gets no more events. It still saw this one: what comes after may be meant to stay unseen.',
  tune: 'Expected when you rotate its secret by plan. A grant that is deleted is told from others only where the log names its client.',
  todo: 'Ask the person named. If it was not meant: restore the application and its grant (read:logs) under Applications > APIs > Auth0 Management API, give the collector its secret, and check that it polls.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts, { collectorClientId }) => {
      const change = callIn(facts.call, OWN_CALLS);
      if (change === undefined || facts.call === undefined) return undefined;
      const clientId = change.parts['client'] ?? setting(facts.call, 'client_id');
      if (collectorClientId === undefined || clientId !== collectorClientId) return undefined;
      return deed(facts, `${change.meaning} the collector's application`, {
        entity: { kind: 'client', value: collectorClientId },
      });
    },
  },
});

/** What concerns running the tenant and the collector rather than its users. */
export const OPERATIONS_RULES: readonly Rule[] = [
  clockTrouble,
  failures,
  unknownShape,
  collectorChanged,
];
