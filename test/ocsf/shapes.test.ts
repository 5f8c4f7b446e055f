import { describe, expect, it } from 'vitest';
import { type Attribute, OCSF_CLASSES, type Shape } from '../../lambda/ocsf/shape.ts';
import { CLASS_SHAPES } from '../../lambda/ocsf/shapes.ts';
import { type Definition, SCHEMA_VERSIONS, SCHEMAS, type Schema } from './validator.ts';

/** The types of the schema that a column type may stand for. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  string: [
    'string_t',
    'resource_uid_t',
    'ip_t',
    'hostname_t',
    'email_t',
    'username_t',
    'url_t',
    'datetime_t',
  ],
  int: ['integer_t', 'port_t'],
  long: ['long_t'],
  double: ['float_t'],
  boolean: ['boolean_t'],
  timestamp: ['timestamp_t'],
  json: ['json_t', 'object:object'],
};

function differences(schema: Schema, definition: Definition, shape: Shape, path = ''): string[] {
  return Object.entries(shape).flatMap(([name, attribute]) => {
    const declared = definition.attributes[name];
    if (declared === undefined) return [`${path}${name} is not in the schema`];
    return differs(schema, declared, attribute, `${path}${name}`);
  });
}

function differs(schema: Schema, declared: string, attribute: Attribute, path: string): string[] {
  if (typeof attribute === 'object' && 'list' in attribute) {
    if (!declared.endsWith('[]')) return [`${path} is no list in the schema`];
    const { list } = attribute;
    return differs(schema, declared.slice(0, -2), typeof list === 'string' ? list : list, path);
  }
  if (typeof attribute === 'string') {
    return TYPES[attribute]?.includes(declared) ? [] : [`${path} is ${declared}`];
  }
  const inner = schema.objects[declared.replace('object:', '')];
  if (inner === undefined) return [`${path} is ${declared}`];
  return differences(schema, inner, attribute.struct, `${path}.`);
}

describe('the shapes of the classes', () => {
  it.each(SCHEMA_VERSIONS)('have attributes and types of version %s', (version) => {
    const schema = SCHEMAS[version];
    for (const name of OCSF_CLASSES) {
      const definition = schema.classes[name];
      expect(definition, name).toBeDefined();
      if (definition === undefined) continue;
      expect(differences(schema, definition, CLASS_SHAPES[name]), name).toEqual([]);
    }
  });

  it.each(SCHEMA_VERSIONS)('hold all that version %s requires', (version) => {
    for (const name of OCSF_CLASSES) {
      const required = SCHEMAS[version].classes[name]?.required ?? [];
      expect(required.length).toBeGreaterThan(5);
      expect(Object.keys(CLASS_SHAPES[name])).toEqual(expect.arrayContaining([...required]));
    }
  });
});
