import type { EventFacts } from '../../auth0/event-facts.ts';
import type { ProfileDefinition } from '../profiles.ts';
import { type Origin, originNetwork, originOf } from '../reading/origin.ts';
import { ipOf, userOf } from '../reading/subject.ts';
import { LOGIN_SUCCESSES } from './login-signals.ts';

const LEARN_EVENTS = 5;
const LEARN_DAYS = 14;
/** A place that a user goes to once a year is not new. */
const MEMORY_DAYS = 400;

/** A signup is a user's first login. */
const USER_TYPES = [...LOGIN_SUCCESSES, 'ss'];

function profileOfUser(part: (origin: Origin) => string | undefined): ProfileDefinition {
  return {
    types: USER_TYPES,
    sighting: (facts) => sightingOfUser(facts, part(originOf(facts))),
    learnEvents: LEARN_EVENTS,
    learnDays: LEARN_DAYS,
    memoryDays: MEMORY_DAYS,
  };
}

function sightingOfUser(facts: EventFacts, value: string | undefined) {
  const entity = userOf(facts);
  return entity === undefined || value === undefined ? undefined : { entity, values: [value] };
}

/** What is remembered of users and machines over months, for the rules about logins and behaviour. */
export const LOGIN_PROFILES = {
  'user-country': profileOfUser(({ country }) => country),
  'user-device': profileOfUser(({ device }) => device),
  'user-tls': profileOfUser(({ tls }) => tls),
  'user-network': profileOfUser(originNetwork),
  /** When the user was active at all: renewing a session counts too. */
  'user-login': {
    ...profileOfUser(() => 'login'),
    types: [...USER_TYPES, 'ssa'],
  },
  /**
   * Country, TLS fingerprint and network by user id. Events of second factors name their user by the id alone,
   * so a chain of such events can't be held against the profiles above, which go by the name.
   */
  'account-place': {
    ...profileOfUser(() => undefined),
    sighting: (facts) => {
      const origin = originOf(facts);
      const values = [origin.country, origin.tls, originNetwork(origin)].filter(
        (value) => value !== undefined,
      );
      const { userId } = facts;
      if (userId === undefined || values.length === 0) return undefined;
      return { entity: { kind: 'user', value: userId }, values };
    },
  },
  /** The users that logged in from an address. */
  'ip-user': {
    types: USER_TYPES,
    sighting: (facts) => {
      const entity = ipOf(facts);
      const user = userOf(facts);
      return entity === undefined || user === undefined
        ? undefined
        : { entity, values: [user.value] };
    },
    learnEvents: 1,
    learnDays: 1,
    memoryDays: 90,
  },
  /** The networks from which an application gets its own tokens. */
  'client-network': {
    types: ['seccft'],
    sighting: (facts) => {
      const { clientId } = facts;
      const network = originNetwork(originOf(facts));
      if (clientId === undefined || network === undefined) return undefined;
      return { entity: { kind: 'client', value: clientId }, values: [network] };
    },
    learnEvents: 20,
    learnDays: LEARN_DAYS,
    memoryDays: 90,
  },
} as const satisfies Record<string, ProfileDefinition>;
