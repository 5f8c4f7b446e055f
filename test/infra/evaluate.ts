/** The part of a CloudFormation template that the tests look into. */
export interface TemplateJson {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Row>>>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

type Row = Readonly<Record<string, unknown>>;

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Record<string, unknown>;
}

type Parameters = Readonly<Record<string, string>>;

/**
 * Works out a value of a template as CloudFormation would: conditions, joins, mappings and
 * parameters, with the parameters' defaults where none is given. References to resources stay as they are.
 */
export function evaluate(template: TemplateJson, value: unknown, given: Parameters = {}): unknown {
  const within = (inner: unknown) => evaluate(template, inner, given);
  if (Array.isArray(value)) return value.map(within);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (others.length > 0 || name === undefined) return mapValues(value, within);
  switch (name) {
    case 'Ref':
      return parameterOf(template, String(argument), given) ?? value;
    case 'Fn::If': {
      const [condition, then, otherwise] = argument as [string, unknown, unknown];
      return within(within(template.Conditions?.[condition]) === true ? then : otherwise);
    }
    case 'Fn::Equals': {
      const [left, right] = (argument as unknown[]).map(within);
      return String(left) === String(right);
    }
    case 'Fn::FindInMap': {
      const [map, row, column] = within(argument) as [string, string, string];
      return template.Mappings?.[map]?.[row]?.[column];
    }
    case 'Fn::Join': {
      const [separator, parts] = within(argument) as [string, unknown[]];
      const flat = parts.every((part) => typeof part !== 'object');
      return flat ? parts.join(separator) : { [name]: [separator, parts] };
    }
    default:
      return mapValues(value, within);
  }
}

function parameterOf(template: TemplateJson, name: string, given: Parameters): string | undefined {
  const parameter = template.Parameters?.[name];
  return parameter === undefined ? undefined : (given[name] ?? String(parameter.Default));
}

function mapValues(value: object, map: (inner: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]));
}
