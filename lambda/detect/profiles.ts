import type { EventFacts } from '../auth0/event-facts.ts';
import type { Entity, ProfileName } from './rule.ts';

/** What is remembered of an entity over months: which values it was seen with, and when. */
export interface ProfileDefinition {
  /** Codes of the events that teach it. */
  readonly types: readonly string[];
  /** The values that an event shows its entity with. */
  readonly sighting: (facts: EventFacts) => Sighting | undefined;
  /** It says nothing new before it has seen so many events on earlier days… */
  readonly learnEvents: number;
  /** …or before its first sighting is so old. */
  readonly learnDays: number;
  /** A value that was not seen for so long is new again. */
  readonly memoryDays: number;
}

export interface Sighting {
  readonly entity: Entity;
  readonly values: readonly string[];
}

export type Profiles = Readonly<Record<ProfileName, ProfileDefinition>>;
