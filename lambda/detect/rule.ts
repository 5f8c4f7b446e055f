import type { EventFacts } from '../auth0/event-facts.ts';

/** The families of incidents. */
export const FAMILIES = {
  administrative: 'Administrative Actions',
  login: 'User Login Anomaly',
  behavior: 'User Behavior Anomaly',
  operations: 'Operations',
} as const;
export type Family = keyof typeof FAMILIES;

/** From a note to a fire; the order is the order of weight. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The ATT&CK release whose technique ids the rules carry. */
export const ATTACK_VERSION = '19.1';

/** What an incident can be about. */
export const ENTITY_KINDS = [
  'user',
  'ip',
  'client',
  'tenant',
  'tls',
  'token-family',
  'phone',
  'connection',
  'event-type',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export interface Entity {
  readonly kind: EntityKind;
  readonly value: string;
}

/** What a rule sees in one event. */
export interface Signal {
  readonly entity: Entity;
  /** The event in a few plain words, without its time: a line of the incident's timeline. */
  readonly note: string;
  /** What part it plays in the rule's pattern, such as `failure` or `success`. */
  readonly mark?: string;
  /** What distinct values are counted of, or what is compared. */
  readonly value?: string;
  /** When this event weighs more or less than the rule's own severity says. */
  readonly severity?: Severity;
}

/** A signal that is kept with its entity, as far back as its rule looks. */
export interface Entry {
  /** When the event happened, milliseconds since 1970. */
  readonly ms: number;
  readonly logId: string;
  readonly note: string;
  readonly mark: string;
  readonly value: string;
  /** An incident has it as evidence already. */
  readonly counted: boolean;
}

/** That the entries kept of an entity match the rule's pattern. */
export interface Verdict {
  /** The entries that make up the pattern, in time order; the last one completes it. */
  readonly evidence: readonly Entry[];
  readonly severity?: Severity;
}

/** The numbers of a rule that a tenant may change, by name; the unit is part of the name. */
export type Limits = Readonly<Record<string, number>>;
/** The lists of a rule that a tenant may fill, by name. */
export type Lists = Readonly<Record<string, readonly string[]>>;

/** What a rule may know beside the event. */
export interface RuleContext<L extends Limits = Limits, S extends Lists = Lists> {
  readonly limits: L;
  readonly lists: S;
  /** Client id of the collector's own application, once it is known. */
  readonly collectorClientId: string | undefined;
}

/** What a rule with a memory may ask of the entity's profiles. */
export interface JudgeContext<L extends Limits = Limits, S extends Lists = Lists>
  extends RuleContext<L, S> {
  /** True when the value was not seen with this entity on any day before, and enough else was. */
  isNew(profile: ProfileName, value: string, ms: number): boolean;
  /** Days from the last sighting on an earlier day to this one; undefined without one. */
  daysSinceLast(profile: ProfileName, ms: number): number | undefined;
}

type Match<L extends Limits, S extends Lists> = (
  facts: EventFacts,
  context: RuleContext<L, S>,
) => Signal | readonly Signal[] | undefined;

/**
 * How a rule finds what it looks for. Event time counts everywhere; the order of arrival does not.
 *
 * - `each`: every matching event is one.
 * - `window`: the matching events of an entity are kept for `windowMs`, and `judge` looks at them in
 *   time order. It must say the same of the same set, and never less of a larger one.
 * - `first-seen`: a matching event whose value is new to a profile of its entity.
 * - `baseline`: matching events are counted in buckets of time; a bucket with more than `ceiling`
 *   allows, given the counts of the buckets before it, is one.
 * - `absence`: what the collector's own books lack; no event matches it.
 */
export type Detection<L extends Limits, S extends Lists> =
  | { readonly kind: 'each'; readonly match: Match<L, S> }
  | {
      readonly kind: 'window';
      readonly windowMs: (limits: L) => number;
      readonly match: Match<L, S>;
      readonly judge: (
        entries: readonly Entry[],
        context: JudgeContext<L, S>,
      ) => readonly Verdict[];
    }
  | { readonly kind: 'first-seen'; readonly profile: ProfileName; readonly match: Match<L, S> }
  | {
      readonly kind: 'baseline';
      readonly bucketMs: number;
      readonly historyMs: number;
      readonly match: Match<L, S>;
      /** So many are never too many: the counts before need not be looked at. */
      readonly floor: (limits: L) => number;
      readonly ceiling: (history: History, bucketStartMs: number, limits: L) => number;
    }
  | { readonly kind: 'absence'; readonly find: (books: Books, limits: L) => readonly Absence[] };

/** What the collector's books say of a tenant. */
export interface Books {
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly reason: string }[];
  /** Everything that Auth0 ingested up to then was read, milliseconds since 1970. */
  readonly collectedUntilMs: number | undefined;
  readonly quiet: Quiet | undefined;
}

/** How long a tenant was without events so far; milliseconds since 1970, or of length. */
export interface Quiet {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly longestMs: number;
}

/** Something that is missing. */
export interface Absence {
  /** When it began, milliseconds since 1970. */
  readonly ms: number;
  readonly note: string;
}

/** Counts by the start of their bucket, in milliseconds since 1970; empty buckets are left out. */
export type History = ReadonlyMap<number, number>;

/** How a rule finds what it looks for, in the words of the catalogue. */
export type RuleKind =
  | 'stateless'
  | 'list match'
  | 'threshold'
  | 'distinct count'
  | 'sequence'
  | 'first seen'
  | 'baseline'
  | 'impossible travel'
  | 'absence';

export interface RuleDefinition<L extends Limits = Limits, S extends Lists = Lists> {
  /** Such as `A0-ADM-01`; never reused. */
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly severity: Severity;
  /** ATT&CK technique ids, of {@link ATTACK_VERSION}. */
  readonly attack: readonly string[];
  readonly kind: RuleKind;
  /** Codes of the events that it looks at. */
  readonly types: readonly string[] | 'all';
  /** What it means when it is raised, in one or two sentences. */
  readonly why: string;
  /** What makes it raise too much or too little, and what to change then. */
  readonly tune: string;
  /** What the person who reads the incident should do. */
  readonly todo: string;
  readonly limits: L;
  readonly lists: S;
  /** What it raises for one entity within such a span of time is one incident; in hours. */
  readonly periodHours: number;
  readonly detection: Detection<L, S>;
}

export type Rule = RuleDefinition;

/** States a rule. The names of its limits and lists are checked where it uses them. */
export const rule = <const L extends Limits, const S extends Lists>(
  definition: RuleDefinition<L, S>,
): Rule => definition as unknown as Rule;

/** What is remembered of an entity over months; see `profiles.ts`. */
export type ProfileName =
  | 'user-country'
  | 'user-device'
  | 'user-tls'
  | 'user-login'
  | 'user-network'
  | 'account-place'
  | 'ip-user'
  | 'administrator-changes'
  | 'administrator-place'
  | 'administrator-secrets'
  | 'client-management-api'
  | 'client-network';
