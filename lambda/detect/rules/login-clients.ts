import { MINUTE_MS } from '../patterns/spans.ts';
import { atLeast, distinctAtLeast, marked } from '../patterns/window.ts';
import { originNetwork, originOf } from '../reading/origin.ts';
import { brief, clientOf, ipOf, placeWords } from '../reading/subject.ts';
import { rule, type Signal, type Verdict } from '../rule.ts';
import { told } from './login-signals.ts';

const CROSS_ORIGIN = rule({
  id: 'A0-LOG-15',
  title: 'Login form embedded where none is expected',
  family: 'login',
  severity: 'medium',
  attack: ['T1110.004'],
  kind: 'list match',
  types: ['scoa', 'fcoa'],
  why: 'An application takes passwords in a login form of its own (cross-origin authentication). Attackers like this way, as it needs no login page of Auth0.',
  tune: 'Fill clientIds with the applications that may do so: then any other one is medium. While the list is empty each application is named once a week, as low.',
  todo: 'If the application should use Universal Login, switch off Applications > the application > Settings > Cross-Origin Authentication. Otherwise put its client id into the list clientIds of this rule.',
  limits: {},
  lists: { clientIds: [] as readonly string[] },
  periodHours: 168,
  detection: {
    kind: 'each',
    match: (facts, { lists }): Signal | undefined => {
      const entity = clientOf(facts);
      if (entity === undefined || lists.clientIds.includes(entity.value)) return undefined;
      const what = facts.code === 'scoa' ? 'embedded login' : 'failed embedded login';
      const note = told(what, facts, 'of');
      return { entity, note, severity: lists.clientIds.length === 0 ? 'low' : 'medium' };
    },
  },
});

const CLIENT_SECRET = rule({
  id: 'A0-LOG-17',
  title: 'Client secret guessed, or used from a new network',
  family: 'login',
  severity: 'medium',
  attack: ['T1110', 'T1078.004'],
  kind: 'threshold',
  types: ['feccft', 'seccft'],
  why: 'An application that logs in by itself was refused many times, one address was refused for many applications, or a token went to a network (/24 or /48) that the application never used: its secret may be guessed or stolen.',
  tune: 'A service deployed with a wrong secret is refused in a row too. An application that runs on ever new addresses of a cloud is raised often: allow it. The collector’s own application is left out.',
  todo: 'Find out who runs the application and from where. If that does not explain it, rotate the secret under Applications > the application > Credentials, and look at what the tokens were used for.',
  limits: { count: 10, clientCount: 5, windowMinutes: 10 },
  lists: {},
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: ({ windowMinutes }) => windowMinutes * MINUTE_MS,
    match: (facts, { collectorClientId }): readonly Signal[] => {
      const client = clientOf(facts);
      const ip = ipOf(facts);
      if (client === undefined || client.value === collectorClientId) return [];
      const name = brief(facts.clientName ?? client.value);
      if (facts.code === 'seccft') {
        const network = originNetwork(originOf(facts));
        if (network === undefined) return [];
        const note = `token for ${name}${placeWords(facts)}`;
        return [{ entity: client, mark: 'issued', note, value: network }];
      }
      const note = `no token for ${name}${placeWords(facts)}`;
      const ofClient = { entity: client, mark: 'refused', note };
      if (ip === undefined) return [ofClient];
      return [ofClient, { entity: ip, mark: 'refused-client', note, value: client.value }];
    },
    judge: (entries, context): Verdict[] => {
      const { count, clientCount, windowMinutes } = context.limits;
      const windowMs = windowMinutes * MINUTE_MS;
      return [
        ...atLeast(marked(entries, 'refused'), count, windowMs),
        ...distinctAtLeast(marked(entries, 'refused-client'), clientCount, windowMs),
        ...marked(entries, 'issued')
          .filter(({ value, ms }) => context.isNew('client-network', value, ms))
          .map((entry) => ({ evidence: [entry] })),
      ];
    },
  },
});

/** Rules about applications rather than users. */
export const CLIENT_RULES = [CROSS_ORIGIN, CLIENT_SECRET];
