import type { EventFacts } from '../auth0/event-facts.ts';
import { accountChangeOf } from './account-change.ts';
import { apiActivityOf } from './api-activity.ts';
import { authenticationOf } from './authentication.ts';
import { type Activity, chosenFor, type EventClass } from './class-table.ts';
import { eventAttributes } from './event-attributes.ts';
import { Placed } from './placed.ts';
import {
  type Attributes,
  type Draft,
  given,
  type OcsfRecord,
  type RecordContext,
} from './record.ts';

export { OCSF_VERSIONS, type OcsfRecord, type OcsfVersion, type RecordContext } from './record.ts';

const ATTRIBUTES_OF: Readonly<
  Record<EventClass, (draft: Draft, activity: Activity) => Attributes>
> = {
  authentication: authenticationOf,
  account_change: accountChangeOf,
  api_activity: apiActivityOf,
};

/**
 * The OCSF record of a log event. Any event has one, however odd it is; whatever has no attribute
 * of its own stays in `unmapped`, under the names of Auth0.
 *
 * The schema is that of OCSF at its tags 1.3.0 and 1.8.0. Only attributes that both have are used,
 * so the version changes nothing but its own number and the method PATCH.
 */
export function toOcsf(facts: EventFacts, context: RecordContext): OcsfRecord {
  const draft: Draft = { facts, context, placed: new Placed() };
  const chosen = chosenFor(facts);
  const common = eventAttributes(draft, chosen);
  const own = ATTRIBUTES_OF[chosen.class](draft, chosen.activity);
  const unmapped = draft.placed.leftOf(facts.event);
  return { class: chosen.class, record: given({ ...common, ...own, unmapped }) ?? {} };
}
