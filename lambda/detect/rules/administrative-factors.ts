import { type ApiCall, boolean } from '../../auth0/event-facts.ts';
import { actorOf, deed } from '../reading/actor.ts';
import { type CallRow, callIn, isCall, setting } from '../reading/call.ts';
import { brief } from '../reading/subject.ts';
import { type Rule, rule } from '../rule.ts';

const policyNever = rule({
  id: 'A0-ADM-04',
  title: 'Nobody is asked for a second factor any more',
  family: 'administrative',
  severity: 'high',
  attack: ['T1556.006'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'The policy that asks users for a second factor was emptied: a stolen password alone logs in again.',
  tune: 'Tenants that ask for factors in an Action rather than by policy save an empty policy by right: allow the client that does.',
  todo: 'Ask the person named whether this was meant. If not: set the policy again under Security > Multi-factor Auth, and look at the logins since then.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      if (isCall(facts.call, 'PUT PATCH POST', 'guardian/policies') === undefined) return undefined;
      const { requestBody, responseBody } = facts.call ?? {};
      const policies = Array.isArray(requestBody) ? requestBody : responseBody;
      if (!Array.isArray(policies) || policies.length > 0) return undefined;
      return deed(facts, 'set the policy for second factors to never');
    },
  },
});

const factorOff = rule({
  id: 'A0-ADM-05',
  title: 'Second factor switched off for everybody',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1556.006'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'Users can no longer use this kind of second factor. High for security keys and device biometrics, which can not be phished as the others can.',
  tune: 'Expected once when a factor is retired. Allow the client of the pipeline that sets factors.',
  todo: 'Ask the person named whether the factor was to go. If not: enable it again under Security > Multi-factor Auth.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const factor = facts.call && factorSwitchedOff(facts.call);
      if (factor === undefined) return undefined;
      const severity = factor.toLowerCase().startsWith('webauthn') ? 'high' : 'medium';
      return deed(facts, `switched off the factor ${brief(factor)}`, { severity });
    },
  },
});

function factorSwitchedOff(call: ApiCall): string | undefined {
  const types = setting(call, 'message_types');
  const isPhone = isCall(call, 'PUT', 'guardian/factors/phone/message-types') !== undefined;
  if (isPhone && Array.isArray(types) && types.length === 0) return 'phone';
  const name = isCall(call, 'PUT PATCH', 'guardian/factors/{name}')?.['name'];
  return boolean(setting(call, 'enabled')) === false ? name : undefined;
}

const RISK: readonly CallRow<true>[] = [
  ['PATCH PUT POST', 'risk-assessment/config', true],
  ['PATCH PUT POST', 'risk-assessment/settings', true],
  ['PATCH PUT POST', 'risk-assessments/config', true],
  ['PATCH PUT POST', 'risk-assessments/settings', true],
];
/** The switch was called differently as the endpoint changed. */
const RISK_SWITCHES = ['AfterAuthentication', 'is_enabled', 'enabled'];

const riskAssessmentOff = rule({
  id: 'A0-ADM-06',
  title: 'Risk assessment of logins switched off',
  family: 'administrative',
  severity: 'high',
  attack: ['T1556.006'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'Auth0 no longer judges whether a login is risky, so that adaptive second factors and Actions that ask for its judgement let everybody through.',
  tune: 'Expected once when a tenant gives up adaptive factors.',
  todo: 'Ask the person named whether this was meant. If not: turn risk assessment on again under Security > Multi-factor Auth, and look at the logins since then.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const { call } = facts;
      if (call === undefined || callIn(call, RISK) === undefined) return undefined;
      const isOff = RISK_SWITCHES.some((key) => boolean(setting(call, key)) === false);
      return isOff ? deed(facts, 'switched off the risk assessment of logins') : undefined;
    },
  },
});

const REMOVALS: readonly CallRow<string>[] = [
  ['DELETE', 'users/{id}/multifactor/{which}', 'the second factor'],
  ['DELETE', 'users/{id}/authenticators', 'all second factors'],
  ['DELETE', 'users/{id}/authentication-methods', 'all ways to authenticate'],
  ['PUT', 'users/{id}/authentication-methods', 'and replaced all ways to authenticate'],
  ['DELETE', 'users/{id}/authentication-methods/{which}', 'a way to authenticate'],
  ['DELETE', 'guardian/enrollments/{which}', 'a second factor'],
];

const factorsRemoved = rule({
  id: 'A0-ADM-17',
  title: "A user's second factor removed by somebody else",
  family: 'administrative',
  severity: 'medium',
  attack: ['T1556.006'],
  kind: 'stateless',
  types: ['sapi'],
  why: 'Without their factor users log in by password alone, or whoever comes next enrols a factor of their own. Attackers talk the help desk into it.',
  tune: 'The ordinary work of a help desk: allow its client if it has checks of its own. What users do to their own account is low.',
  todo: 'Ask the user by another way whether they asked for it. If not: block the user under User Management > Users, and look for logins after the removal.',
  limits: {},
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'each',
    match: (facts) => {
      const removal = callIn(facts.call, REMOVALS);
      if (removal === undefined) return undefined;
      const user = removal.parts['id'];
      const isOwn = user !== undefined && user === actorOf(facts).entity.value;
      const whose = user === undefined ? '' : ` of ${isOwn ? 'the own account' : brief(user)}`;
      return deed(facts, `removed ${removal.meaning}${whose}`, {
        severity: isOwn ? 'low' : 'medium',
      });
    },
  },
});

export const FACTOR_RULES: readonly Rule[] = [
  policyNever,
  factorOff,
  riskAssessmentOff,
  factorsRemoved,
];
