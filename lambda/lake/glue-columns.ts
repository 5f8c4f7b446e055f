import type { Attribute, OcsfClass, Shape } from '../ocsf/shape.ts';
import { CLASS_SHAPES } from '../ocsf/shapes.ts';
import { SEARCH_COLUMNS } from './search-columns.ts';

/** A column as the Glue catalogue and Athena name it. */
export interface GlueColumn {
  readonly name: string;
  /** Hive type such as `struct<uid:string>`. */
  readonly type: string;
}

/** Columns that the path of an object holds: the partition keys of the table of a class. */
export const GLUE_PARTITION_KEYS: readonly GlueColumn[] = [
  { name: 'tenant', type: 'string' },
  { name: 'day', type: 'string' },
];

/** The columns of the lake's own objects of a class, in their order. */
export function glueColumns(ocsfClass: OcsfClass): readonly GlueColumn[] {
  return [
    ...Object.entries(CLASS_SHAPES[ocsfClass]).map(([name, attribute]) => ({
      name,
      type: hiveType(attribute),
    })),
    ...SEARCH_COLUMNS.map((name) => ({ name, type: 'string' })),
  ];
}

const HIVE_TYPES = {
  string: 'string',
  json: 'string',
  int: 'int',
  long: 'bigint',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
} as const;

function hiveType(attribute: Attribute): string {
  if (typeof attribute === 'string') return HIVE_TYPES[attribute];
  if ('struct' in attribute) return structType(attribute.struct);
  const { list } = attribute;
  return `array<${typeof list === 'string' ? HIVE_TYPES[list] : structType(list.struct)}>`;
}

const structType = (shape: Shape): string =>
  `struct<${Object.entries(shape)
    .map(([name, attribute]) => `${name}:${hiveType(attribute)}`)
    .join(',')}>`;
