import type { EventFacts } from '../../auth0/event-facts.ts';
import type { ProfileDefinition } from '../profiles.ts';
import { actorOf } from '../reading/actor.ts';
import { callIn, isSuccess } from '../reading/call.ts';
import { TENANT } from '../reading/subject.ts';
import type { ProfileName } from '../rule.ts';
import { ACCESS_CALLS, managersOf } from './administrative-access.ts';
import { secretsTouched } from './administrative-clients.ts';
import { CONNECTION_CALLS } from './administrative-connections.ts';
import { placesOf } from './administrative-people.ts';
import { PIPELINE_CALLS } from './administrative-pipeline.ts';
import { DELIVERY_CALLS } from './administrative-tenant.ts';
import type { ChangeKind } from './administrative-weight.ts';

/** Every change an administrator makes teaches the profile, so that it knows when one is unusual. */
const ANY_CHANGE = 'any';

function kindOf({ call }: EventFacts): ChangeKind | undefined {
  if (callIn(call, ACCESS_CALLS)) return 'access';
  if (callIn(call, CONNECTION_CALLS)) return 'connections';
  if (callIn(call, PIPELINE_CALLS)) return 'pipeline';
  return callIn(call, DELIVERY_CALLS) && 'delivery';
}

/** What is remembered of administrators and of programs that manage the tenant. */
export const ADMINISTRATIVE_PROFILES = {
  /** Which kinds of changes the rules know an administrator for. */
  'administrator-changes': {
    types: ['sapi'],
    sighting: (facts) => {
      if (facts.call === undefined || !isSuccess(facts.call)) return undefined;
      const kind = kindOf(facts);
      return { entity: actorOf(facts).entity, values: kind ? [ANY_CHANGE, kind] : [ANY_CHANGE] };
    },
    // Who seldom changes anything does much for the first time, and the rarest kind is one in thirty.
    learnEvents: 150,
    learnDays: 90,
    memoryDays: 90,
  },
  /** The countries and networks that an administrator works from. */
  'administrator-place': {
    types: ['sapi', 'mgmt_api_read'],
    sighting: (facts) => {
      const values = Object.values(placesOf(facts));
      return values.length === 0 ? undefined : { entity: actorOf(facts).entity, values };
    },
    learnEvents: 10,
    learnDays: 7,
    memoryDays: 30,
  },
  /** Who handles secrets of applications. */
  'administrator-secrets': {
    types: ['sapi', 'mgmt_api_read'],
    sighting: (facts) =>
      secretsTouched(facts) && { entity: TENANT, values: [actorOf(facts).entity.value] },
    learnEvents: 50,
    learnDays: 30,
    memoryDays: 30,
  },
  /** Which applications and administrators manage the tenant. */
  'client-management-api': {
    types: ['seccft', 'sapi', 'mgmt_api_read'],
    sighting: (facts) => {
      const values = managersOf(facts);
      return values.length === 0 ? undefined : { entity: TENANT, values };
    },
    learnEvents: 50,
    learnDays: 14,
    memoryDays: 90,
  },
} satisfies Partial<Record<ProfileName, ProfileDefinition>>;
