import type { Attribute, Shape } from '../../lambda/ocsf/shape.ts';

/** Attributes of a record that its class's shape does not have, or has with another type. */
export function strangers(shape: Shape, value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([name, held]) => {
    const attribute = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return attribute === undefined ? [path + name] : misfit(attribute, held, `${path}${name}`);
  });
}

const WHOLE = ['int', 'long', 'timestamp'];

function misfit(attribute: Attribute, held: unknown, path: string): string[] {
  if (typeof attribute === 'object') {
    if ('struct' in attribute) return strangers(attribute.struct, Object(held), `${path}.`);
    const { list } = attribute;
    if (!Array.isArray(held)) return [path];
    return held.flatMap((item) =>
      misfit(typeof list === 'string' ? list : { struct: list.struct }, item, path),
    );
  }
  if (attribute === 'json') return [];
  if (WHOLE.includes(attribute)) return Number.isSafeInteger(held) ? [] : [path];
  if (attribute === 'double') return Number.isFinite(held) ? [] : [path];
  return typeof held === attribute ? [] : [path];
}
