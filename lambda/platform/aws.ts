import { CollectorError } from './errors.ts';

/** Settings of every AWS client: bounded in time, few attempts, since the next tick tries again. */
export const AWS_CLIENT = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
} as const;

/** Runs a call to AWS and names its failure. */
export async function awsCall<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof CollectorError) throw cause;
    throw new CollectorError('AWS_CALL', `${what}: ${describe(cause)}`, { cause });
  }
}

/** True when the SDK threw the error of this name, such as `ConditionalCheckFailedException`. */
export const isAwsError = (thrown: unknown, name: string): boolean =>
  thrown instanceof Error && thrown.name === name;

const describe = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
