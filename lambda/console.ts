import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { createCheckpointStore } from './collect/checkpoint-store.ts';
import { answerWidget } from './console/widget.ts';
import { createIncidentStore } from './detect/incident-store.ts';
import { createGapStore } from './ledger/gap-store.ts';
import { createLedgerStore } from './ledger/ledger-store.ts';
import { AWS_CLIENT } from './platform/aws.ts';
import { systemClock } from './platform/clock.ts';
import { type Environment, parseEnvironment, processEnvironment } from './platform/environment.ts';
import { asCollectorError } from './platform/errors.ts';
import { ENV } from './platform/names.ts';
import * as z from './platform/schema.ts';
import { powertoolsTelemetry } from './platform/telemetry.ts';

type ConsoleContext = Pick<Context, 'invokedFunctionArn'>;
export type Console = (event: unknown, context: ConsoleContext) => Promise<string>;

const required = () => z.string('must be set').check(z.minLength(1, 'must not be empty'));
const CONSOLE_ENVIRONMENT = z.object({
  [ENV.collectionTable]: required(),
  [ENV.detectionTable]: required(),
});

/** The console as a custom widget of CloudWatch; it needs GetItem and Query on the two tables. */
export function createConsole(environment: Environment): Console {
  const settings = parseEnvironment(CONSOLE_ENVIRONMENT, environment);
  const dynamo = new DynamoDBClient(AWS_CLIENT);
  const table = settings[ENV.collectionTable];
  const books = {
    checkpoints: createCheckpointStore(dynamo, table),
    ledger: createLedgerStore(dynamo, table),
    gaps: createGapStore(dynamo, table),
    incidents: createIncidentStore(dynamo, settings[ENV.detectionTable]),
  };
  return (event, { invokedFunctionArn: endpoint }) =>
    answerWidget(event, { books, endpoint, nowMs: systemClock.nowMs() });
}

let widget: Console | undefined;

/** Entry of the console Lambda: one look at the dashboard. */
export const handler: Console = async (event, context) => {
  try {
    widget ??= createConsole(processEnvironment);
    return await widget(event, context);
  } catch (thrown) {
    const { message, code, remedy } = asCollectorError(thrown);
    powertoolsTelemetry('console').error(`console: ${message}`, { code, remedy });
    throw thrown;
  }
};
