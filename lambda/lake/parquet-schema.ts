import type { SchemaElement } from 'hyparquet';
import type { Attribute, Shape } from '../ocsf/shape.ts';

type Leaf = Pick<SchemaElement, 'type' | 'converted_type'>;

const TEXT: Leaf = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };

const LEAVES: Readonly<Record<Extract<Attribute, string>, Leaf>> = {
  string: TEXT,
  json: TEXT,
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  timestamp: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

/** The schema of a file with the columns of a shape, as Parquet lists it: depth first. */
export const parquetSchema = (shape: Shape): SchemaElement[] => [
  { name: 'schema', num_children: Object.keys(shape).length },
  ...Object.entries(shape).flatMap(([name, attribute]) => elementsOf(name, attribute)),
];

function elementsOf(name: string, attribute: Attribute): SchemaElement[] {
  if (typeof attribute === 'string') {
    return [{ name, repetition_type: 'OPTIONAL', ...LEAVES[attribute] }];
  }
  if ('struct' in attribute) return structOf(name, attribute.struct);
  const { list } = attribute;
  return [
    { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...elementsOf('element', typeof list === 'string' ? list : { struct: list.struct }),
  ];
}

const structOf = (name: string, shape: Shape): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: Object.keys(shape).length },
  ...Object.entries(shape).flatMap(([child, attribute]) => elementsOf(child, attribute)),
];
