import { type ApiCall, text } from '../../auth0/event-facts.ts';
import { deed } from '../reading/actor.ts';
import { type CallRow, callIn, isCall, requested } from '../reading/call.ts';
import { brief, TENANT } from '../reading/subject.ts';
import { type Rule, rule, type Severity } from '../rule.ts';
import { byWeight, MEMORY_MS, type Weight } from './administrative-weight.ts';

const logStreamChanged = rule({
  id: 'A0-ADM-10',
  title: 'Log stream removed, stopped or redirected',
  family: 'administrative',
  severity: 'critical',
  attack: ['T1685.002'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'Whoever watches the tenant by its log stream sees less from now on, or somebody else sees it too. This collector polls and still sees all. A new stream is medium, fewer events in one high.',
  tune: 'Pipelines that write the target of a stream at every run raise it each time: allow their client.',
  todo: 'Look at Monitoring > Streams. If nobody meant it: put the stream back, and read what happened after the change here, for that is what was to be hidden.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const change = facts.call && streamChange(facts.call);
      return change && deed(facts, `${change.what} log stream`, { severity: change.severity });
    },
  },
});

function streamChange(call: ApiCall): { what: string; severity: Severity } | undefined {
  if (isCall(call, 'DELETE', 'log-streams/{id}'))
    return { what: 'deleted a', severity: 'critical' };
  if (isCall(call, 'POST', 'log-streams')) return { what: 'created a', severity: 'medium' };
  if (!isCall(call, 'PATCH PUT', 'log-streams/{id}')) return undefined;
  const status = requested(call, 'status');
  if (status === 'paused' || status === 'suspended') {
    return { what: `${status} a`, severity: 'critical' };
  }
  if (requested(call, 'sink') !== undefined) {
    return { what: 'changed the target of a', severity: 'critical' };
  }
  const filters = requested(call, 'filters');
  const isNarrow = Array.isArray(filters) && filters.length > 0;
  return isNarrow ? { what: 'filtered a', severity: 'high' } : undefined;
}

const KEYS: readonly CallRow<string>[] = [
  ['POST', 'keys/signing/rotate', 'rotated the signing key'],
  ['PUT POST', 'keys/signing/{id}/revoke', 'revoked a signing key'],
  ['PUT POST', 'keys/custom-signing', 'set their own signing keys'],
  ['DELETE', 'keys/custom-signing', 'deleted the custom signing keys'],
  ['POST', 'keys/encryption', 'created an encryption key'],
  ['POST', 'keys/encryption/rekey', 'replaced all encryption keys'],
  ['POST', 'keys/encryption/{id}', 'imported an encryption key'],
  ['POST', 'keys/encryption/{id}/wrapping-key', 'made a wrapping key'],
  ['DELETE', 'keys/encryption/{id}', 'deleted an encryption key'],
  ['POST', 'connections/{id}/keys/rotate', 'rotated the key of a connection'],
  ['POST', 'connections/{id}/keys', 'set the key of a connection'],
];
/** States that a key does not reach in its ordinary life. */
const END_STATES = ['destroyed', 'suspended'];

const keysChanged = rule({
  id: 'A0-ADM-16',
  title: 'Signing or encryption keys changed',
  family: 'administrative',
  severity: 'high',
  attack: ['T1552.004'],
  kind: 'stateless',
  types: ['sapi', 'kms_key_state_changed'],
  why: 'With a signing key of their own attackers make tokens that every application trusts; without its encryption key the tenant is lost. Keys that come and go by plan are low.',
  tune: 'Expected at a planned rotation: allow the client that does it.',
  todo: 'Ask the person named whether a rotation was due. If not: rotate again under Settings > Signing Keys, revoke the key before, and look for what else they changed.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      if (facts.code === 'kms_key_state_changed') {
        const state = text(facts.details['state'])?.toLowerCase() ?? 'unknown';
        const severity = END_STATES.includes(state) ? 'high' : 'low';
        return { entity: TENANT, note: `an encryption key is now ${brief(state)}`, severity };
      }
      const change = callIn(facts.call, KEYS);
      return change && deed(facts, change.meaning);
    },
  },
});

const PROVIDERS = 'POST PATCH PUT DELETE';

export const DELIVERY_CALLS: readonly CallRow<readonly [Weight, string]>[] = [
  ['POST', 'network-acls', ['medium', 'created a network access list']],
  [PROVIDERS, 'network-acls/{id}', ['medium', 'changed a network access list']],
  ['POST', 'custom-domains', ['medium', 'added a custom domain']],
  ['PATCH DELETE', 'custom-domains/{id}', ['medium', 'changed a custom domain']],
  [PROVIDERS, 'emails/provider', ['medium', 'changed the mail provider']],
  ['POST', 'branding/phone/providers', ['medium', 'added a phone provider']],
  ['PATCH PUT DELETE', 'branding/phone/providers/{id}', ['medium', 'changed a phone provider']],
  ['PATCH PUT', 'guardian/factors/{factor}/providers/{id}', ['medium', 'changed a provider']],
  ['PATCH PUT', 'guardian/factors/{factor}/selected-provider', ['medium', 'chose a provider']],
  ['POST', 'email-templates', ['routine', 'created a mail template']],
  ['PATCH PUT', 'email-templates/{id}', ['routine', 'changed a mail template']],
];

const deliveryChanged = rule({
  id: 'A0-ADM-23',
  title: 'Way to the users changed: network list, domain, mail or phone provider',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1686', 'T1556'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'Whoever delivers mail, texts or pages to the users can read codes and reset links; whoever opens the network list can reach what was closed. Mail templates are low, unless somebody new to them changes one.',
  tune: 'Rare but for templates. Allow the client of the pipeline that owns these settings.',
  todo: 'Compare the setting with what it should be, under Branding, Settings > Custom Domains or Security > Network. Put it back if nobody meant it, and rotate the credentials of the provider.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => MEMORY_MS,
    match: (facts) => {
      const change = callIn(facts.call, DELIVERY_CALLS);
      if (change === undefined) return undefined;
      const [mark, what] = change.meaning;
      const id = change.parts['factor'] ?? change.parts['id'];
      const which = id === undefined ? '' : ` (${brief(id)})`;
      return deed(facts, `${what}${which}`, { value: 'delivery', mark });
    },
    judge: byWeight,
  },
});

export const TENANT_RULES: readonly Rule[] = [logStreamChanged, keysChanged, deliveryChanged];
