import { isIP } from 'node:net';
import { CollectorError } from '../platform/errors.ts';
import * as z from '../platform/schema.ts';
import type { Rule } from './rule.ts';

/** What a tenant may change about its detection. */
export interface DetectionSettings {
  /** Ids of rules that are switched off. */
  readonly off: readonly string[];
  /** Limits by rule and name. */
  readonly limits: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Lists by rule and name. */
  readonly lists: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Events from these raise nothing: addresses or networks, user names or ids, client ids. */
  readonly allow: {
    readonly ips: readonly string[];
    readonly users: readonly string[];
    readonly clients: readonly string[];
  };
}

export const DEFAULT_DETECTION: DetectionSettings = {
  off: [],
  limits: {},
  lists: {},
  allow: { ips: [], users: [], clients: [] },
};

const TEXT = z.string().check(z.minLength(1), z.maxLength(300));
const LIMIT_MAX = 1_000_000;

/** The settings of one tenant as a person writes them: every part may be left out. */
export function detectionSchema(rules: readonly Rule[]): z.ZodMiniType<DetectionSettings> {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const ruleId = z.string().check(
    z.refine((id) => byId.has(id), {
      error: ({ input }) => `there is no rule ${String(input)} (collector rules lists them)`,
    }),
  );
  const named = <T extends z.ZodMiniType>(what: 'limits' | 'lists', value: T) =>
    z._default(
      z.record(ruleId, z.record(z.string(), value)).check(
        z.superRefine((byRule, context) => {
          for (const [id, values] of Object.entries(byRule)) {
            const known = Object.keys(byId.get(id)?.[what] ?? {});
            for (const name of Object.keys(values)) {
              if (known.includes(name)) continue;
              const there = known.length === 0 ? 'none' : known.join(', ');
              context.addIssue({
                code: 'custom',
                path: [id, name],
                message: `${id} has no such ${what.slice(0, -1)} (it has ${there})`,
              });
            }
          }
        }),
      ),
      {},
    );
  return z.strictObject({
    off: z._default(z.array(ruleId), []),
    limits: named('limits', z.number().check(z.positive(), z.maximum(LIMIT_MAX))),
    lists: named('lists', z.array(TEXT).check(z.maxLength(1_000))),
    allow: z._default(
      z.strictObject({
        ips: z._default(
          z.array(
            TEXT.check(
              z.refine(isNetwork, 'must be an IP address or a network such as 192.0.2.0/24'),
            ),
          ),
          [],
        ),
        users: z._default(z.array(TEXT), []),
        clients: z._default(z.array(TEXT), []),
      }),
      { ips: [], users: [], clients: [] },
    ),
  });
}

function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

/**
 * Reads the settings of all tenants, `{"acme": {"off": ["A0-LOG-06"]}}`; a tenant without any has the
 * defaults.
 *
 * @throws {CollectorError} DETECTION_SETTINGS naming tenant and field
 */
export function readDetectionSettings(
  text: string,
  rules: readonly Rule[],
): (tenant: string) => DetectionSettings {
  const parsed = z.record(z.string(), detectionSchema(rules)).safeParse(parseJson(text));
  if (parsed.success) return (tenant) => parsed.data[tenant] ?? DEFAULT_DETECTION;
  const issue = parsed.error.issues[0];
  throw new CollectorError(
    'DETECTION_SETTINGS',
    `The detection settings are wrong at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`,
    { cause: parsed.error },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
