import { CollectorError } from './errors.ts';
import * as z from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of the process; no other file reads it. */
export const processEnvironment: Environment = process.env;

/**
 * Parses environment variables by a schema.
 *
 * @throws {CollectorError} CONFIG_ENVIRONMENT naming the first variable that is wrong
 */
export function parseEnvironment<T>(schema: z.core.$ZodType<T>, environment: Environment): T {
  const parsed = z.safeParse(schema, environment);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const variable = issue?.path.join('.') ?? 'unknown';
  const value = environment[variable];
  const found = value === undefined ? 'is not set' : `is "${value.slice(0, 100)}"`;
  throw new CollectorError(
    'CONFIG_ENVIRONMENT',
    `The environment variable ${variable} ${found}: ${issue?.message ?? 'invalid'}`,
  );
}
