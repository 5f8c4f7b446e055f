import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsCall } from '../platform/aws.ts';

/** Tells the detector that a tenant has something new in the archive; it works on its own time. */
export type WakeDetector = (tenant: string) => Promise<void>;

/** Short and only once: a rule wakes the detector now and then anyway. */
const CLIENT = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
} as const;

/** @throws {CollectorError} AWS_CALL, from what it returns */
export function createDetectorWaker(functionName: string): WakeDetector {
  const client = new LambdaClient(CLIENT);
  return async (tenant) => {
    await awsCall('Waking the detector', () =>
      client.send(
        new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'Event',
          Payload: JSON.stringify({ tenant }),
        }),
      ),
    );
  };
}
