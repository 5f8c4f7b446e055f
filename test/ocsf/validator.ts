import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** Versions of the schema that records are checked against. */
export const SCHEMA_VERSIONS = ['1.3.0', '1.5.0', '1.8.0'] as const;
export type SchemaVersion = (typeof SCHEMA_VERSIONS)[number];

export interface Definition {
  readonly uid?: number;
  /** By name the type, `object:NAME` for an object, with `[]` behind it for a list. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly required: readonly string[];
  readonly enums: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By the name of an enumerated attribute the one that holds its caption. */
  readonly siblings: Readonly<Record<string, string>>;
  readonly constraints: {
    readonly at_least_one?: readonly string[];
    readonly just_one?: readonly string[];
  };
}

export interface Schema {
  readonly version: SchemaVersion;
  readonly classes: Readonly<Record<string, Definition>>;
  readonly objects: Readonly<Record<string, Definition>>;
}

export const SCHEMAS: Readonly<Record<SchemaVersion, Schema>> = {
  '1.3.0': readSchema('1.3.0'),
  '1.5.0': readSchema('1.5.0'),
  '1.8.0': readSchema('1.8.0'),
};

function readSchema(version: SchemaVersion): Schema {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, 'schema', `${version}.json`), 'utf8'),
  ) as Schema;
}

const OTHER = 99;
const INT_MAX = 2 ** 31;
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$/;

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  json_t: () => true,
  'object:object': (value) => isObject(value),
  integer_t: (value) => isWhole(value) && Math.abs(Number(value)) < INT_MAX,
  long_t: isWhole,
  timestamp_t: (value) => isWhole(value) && !Number.isNaN(new Date(Number(value)).getTime()),
  float_t: (value) => Number.isFinite(value),
  boolean_t: (value) => typeof value === 'boolean',
  ip_t: (value) => isText(value) && isIP(value) !== 0,
  hostname_t: (value) => isText(value) && HOST_NAME.test(value),
  email_t: (value) => isText(value) && EMAIL.test(value),
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every way in which a record breaks the schema of a version; none when it is valid. */
export function faultsOf(version: SchemaVersion, record: unknown): string[] {
  if (!isObject(record)) return ['not an object'];
  const schema = SCHEMAS[version];
  const definition = Object.values(schema.classes).find(({ uid }) => uid === record['class_uid']);
  if (definition === undefined) return [`class_uid ${record['class_uid']}`];
  const faults = faultsIn(schema, definition, record, '');
  const typeUid = Number(record['class_uid']) * 100 + Number(record['activity_id']);
  if (record['type_uid'] !== typeUid) faults.push('type_uid is not class and activity');
  return faults;
}

function faultsIn(
  schema: Schema,
  definition: Definition,
  value: Record<string, unknown>,
  path: string,
): string[] {
  const faults = definition.required.flatMap((name) =>
    value[name] === undefined || value[name] === null ? [`${path}${name} is required`] : [],
  );
  for (const [name, held] of Object.entries(value)) {
    faults.push(...faultsAt(schema, definition, name, held, `${path}${name}`));
    const caption = captionFault(definition, value, name);
    if (caption !== undefined) faults.push(`${path}${caption}`);
  }
  const { at_least_one: some, just_one: one } = definition.constraints;
  if (some?.every((name) => value[name] === undefined)) faults.push(`${path}: none of ${some}`);
  if (one && one.filter((name) => value[name] !== undefined).length !== 1) {
    faults.push(`${path}: not one of ${one}`);
  }
  return faults;
}

function faultsAt(
  schema: Schema,
  definition: Definition,
  name: string,
  held: unknown,
  path: string,
): string[] {
  const declared = Object.hasOwn(definition.attributes, name)
    ? definition.attributes[name]
    : undefined;
  if (declared === undefined) return [`${path} is not in the schema`];
  const isList = declared.endsWith('[]');
  const type = isList ? declared.slice(0, -2) : declared;
  if (isList && !Array.isArray(held)) return [`${path} is no list`];
  return (isList ? (held as unknown[]) : [held]).flatMap((item) => {
    if (type.startsWith('object:') && type !== 'object:object') {
      const inner = schema.objects[type.slice('object:'.length)];
      if (inner === undefined) return [`${path}: ${type} is not in the schema data`];
      return isObject(item) ? faultsIn(schema, inner, item, `${path}.`) : [`${path} is no object`];
    }
    return (FITS[type] ?? isText)(item) ? [] : [`${path} is no ${type}`];
  });
}

/** An enumerated value has to be one of the list, and the caption beside it the one of the list. */
function captionFault(
  definition: Definition,
  value: Record<string, unknown>,
  name: string,
): string | undefined {
  const captions = definition.enums[name];
  if (captions === undefined) return undefined;
  const caption = captions[String(value[name])];
  if (caption === undefined) return `${name} ${value[name]} is not in the enumeration`;
  const sibling = definition.siblings[name];
  const beside = sibling === undefined ? undefined : value[sibling];
  if (sibling === undefined) return undefined;
  if (value[name] === OTHER) return beside ? undefined : `${sibling} is missing beside 99`;
  return beside === undefined || beside === caption ? undefined : `${sibling} is not "${caption}"`;
}
