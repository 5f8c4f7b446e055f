import { type EventFacts, factsOf, type JsonObject, object } from '../auth0/event-facts.ts';
import { compareLogIds } from '../auth0/log-id.ts';
import { type SearchValues, searchValues } from '../lake/search-columns.ts';
import { maskSecrets } from '../ocsf/mask.ts';

/** An event that was found. */
export interface Hit {
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly logId: string;
  /** The event's JSON, secrets masked. */
  readonly raw: string;
}

/** An event as the collector got it, read for a search. */
export interface ReadEvent {
  readonly hit: Hit;
  readonly facts: EventFacts;
  readonly values: SearchValues;
}

/**
 * Reads the text of an event. Secrets are masked before anything looks at it, so that they can neither
 * be shown nor be found.
 *
 * @returns undefined when the text is no JSON object
 */
export function readEvent(tenant: string, text: string): ReadEvent | undefined {
  const event = parsed(text);
  if (event === undefined) return undefined;
  const masked = maskSecrets(event);
  const facts = factsOf(masked);
  const timeMs = facts.timeMs ?? facts.ingestedMs ?? 0;
  const raw = masked === event ? text : JSON.stringify(masked);
  return {
    hit: { tenant, timeMs, logId: facts.logId, raw },
    facts,
    values: searchValues(facts, ''),
  };
}

function parsed(text: string): JsonObject | undefined {
  try {
    return object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The newest first; what happened at the same time in the order of the ids, the last first. */
export const byNewest = (one: Hit, other: Hit): number =>
  other.timeMs - one.timeMs || compareLogIds(other.logId, one.logId);
