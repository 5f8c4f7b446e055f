import { object } from '../auth0/event-facts.ts';
import type { Attribute, Shape } from '../ocsf/shape.ts';

/** Values as the columns of a shape take them, by name; what a value is missing for is left out. */
export type Fitted = Readonly<Record<string, unknown>>;

const INT_MAX = 2_147_483_647;

/**
 * Brings an object into the types of its columns: JSON becomes text, long integers become bigint.
 * A value of another type would make the whole file unwritable, so it is left out; the text of the
 * event in `raw_data` has it all the same.
 */
export function fitShape(shape: Shape, value: Readonly<Record<string, unknown>>): Fitted {
  const fitted: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const attribute = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const one = attribute === undefined ? undefined : fitAttribute(attribute, value[name]);
    if (one !== undefined) fitted[name] = one;
  }
  return fitted;
}

function fitAttribute(attribute: Attribute, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof attribute === 'string') return fitLeaf(attribute, value);
  if ('struct' in attribute) return fitStruct(attribute.struct, value);
  if (!Array.isArray(value)) return undefined;
  const { list } = attribute;
  return value.flatMap((item) => {
    const one = typeof list === 'string' ? fitLeaf(list, item) : fitStruct(list.struct, item);
    return one === undefined ? [] : [one];
  });
}

function fitStruct(shape: Shape, value: unknown): Fitted | undefined {
  const struct = object(value);
  return struct && fitShape(shape, struct);
}

function fitLeaf(kind: Extract<Attribute, string>, value: unknown): unknown {
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'json':
      return JSON.stringify(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'int':
      return Number.isInteger(value) && Math.abs(Number(value)) <= INT_MAX ? value : undefined;
    case 'long':
    case 'timestamp':
      return Number.isSafeInteger(value) ? BigInt(Number(value)) : undefined;
  }
}
