/**
 * What an attribute of a record holds. `timestamp` is milliseconds since 1970; `json` is any JSON,
 * which a column keeps as its text.
 */
export type Attribute =
  | 'string'
  | 'int'
  | 'long'
  | 'double'
  | 'boolean'
  | 'timestamp'
  | 'json'
  | { readonly struct: Shape }
  | { readonly list: 'string' | 'int' | { readonly struct: Shape } };

/** The attributes of a record or of an object within it, by name. */
export type Shape = Readonly<Record<string, Attribute>>;

/** The OCSF classes that the lake keeps, each in objects of its own. */
export const OCSF_CLASSES = [
  'authentication',
  'account_change',
  'api_activity',
  'detection_finding',
] as const;
export type OcsfClass = (typeof OCSF_CLASSES)[number];
