import { randomUUID } from 'node:crypto';

/** What Lambda tells a handler of its invocation, as far as the handlers ask. */
export function invocationContext(timeoutSeconds: number) {
  const endsAtMs = Date.now() + timeoutSeconds * 1000;
  return {
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => endsAtMs - Date.now(),
  };
}
