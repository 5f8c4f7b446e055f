/** The columns of an event that a search looks at besides its text. */
export const FIELD_COLUMNS = {
  user: ['user_id', 'user_name'],
  ip: ['ip'],
  client: ['client_id', 'client_name'],
  connection: ['connection'],
  type: ['event_code', 'event_name'],
  country: ['country'],
  city: ['city'],
  org: ['organization_id'],
  host: ['hostname'],
  agent: ['user_agent'],
  log_id: ['log_id'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type FieldName = keyof typeof FIELD_COLUMNS;
export type FieldColumn = (typeof FIELD_COLUMNS)[FieldName][number];

export const FIELD_NAMES = Object.keys(FIELD_COLUMNS) as readonly FieldName[];

/**
 * A text with wildcards: the pieces between them, so that one piece is a text without any. Upper and
 * lower case are one.
 */
export type Pattern = readonly [string, ...string[]];

/** A word, or a phrase: one of the patterns stands anywhere in the event's text. */
export interface WordTerm {
  readonly kind: 'word';
  readonly isNegated: boolean;
  readonly anyOf: readonly Pattern[];
}

/** One of the patterns is the whole value of a column of the field. */
export interface FieldTerm {
  readonly kind: 'field';
  readonly isNegated: boolean;
  readonly field: FieldName;
  readonly anyOf: readonly Pattern[];
}

export type Term = WordTerm | FieldTerm;

/** What is looked for: an event is found when every term holds. No term finds every event. */
export type Query = readonly Term[];
