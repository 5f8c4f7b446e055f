import { httpRequestOf, sourceOf } from './endpoints.ts';
import { actorOf, callerOf, unknownUser, userOf } from './identities.ts';
import type { Attributes, Draft } from './record.ts';

/**
 * Changes of an account: `user` is the account, `actor` who changed it. The actor has a user only
 * when the event tells of a call and of its caller; a change by mail could be anybody's.
 */
export function accountChangeOf(draft: Draft): Attributes {
  const user = userOf(draft) ?? unknownUser(draft);
  return {
    user,
    actor: actorOf(draft, callerOf(draft)),
    src_endpoint: sourceOf(draft),
    http_request: httpRequestOf(draft),
  };
}
