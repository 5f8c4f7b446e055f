import { ENV, POLLER } from '../../lambda/platform/names.ts';
import { powertoolsTelemetry } from '../../lambda/platform/telemetry.ts';
import { createPoller } from '../../lambda/poller.ts';
import { invocationContext } from '../../local/invocation-context.ts';
import { Helper } from './helper.ts';
import type { Reader } from './reader.ts';
import { TENANT_DOMAIN } from './source-facts.ts';
import type { Ports, Received, StandInQuestion } from './stand-ins.ts';

/** The whole handler of the poller, with services beside it that only acknowledge. */
export const openPoller = (): Promise<Reader> => openPollers(1);

/**
 * Pollers of so many tenants, which all read the same Auth0 domain. Each has clients, connections and
 * state of its own, and in a round all are invoked at once.
 */
export async function openPollers(count: number): Promise<Reader> {
  const standIns = await Helper.start<StandInQuestion>('bench/source/stand-ins.ts');
  const ports = await standIns.ask<Ports>({ ask: 'ports' });
  Object.assign(process.env, sdkEnvironment(ports));
  const pollers = Array.from({ length: count }, (_, at) =>
    createPoller(pollerEnvironment(ports, `bench-${at + 1}`), powertoolsTelemetry('poller')),
  );
  return {
    read: async () => {
      const summaries = await Promise.all(
        pollers.map((poller) => poller({}, invocationContext(POLLER.timeoutSeconds))),
      );
      const { requests, events } = await standIns.ask<Received>({ ask: 'received' });
      const stopReason = summaries.map((summary) => summary.stopReason).find(isEarly);
      const fetched = summaries.reduce((sum, summary) => sum + summary.fetched, 0);
      if (stopReason !== undefined || fetched !== events) {
        throw new Error(
          `A poll ended as ${stopReason ?? 'caught-up'} with ${events} of ${fetched} events sent`,
        );
      }
      return { events, requests };
    },
    connections: async () => (await standIns.ask<Received>({ ask: 'received' })).connections,
    stop: () => standIns.stop(),
  };
}

const isEarly = (stopReason: string): boolean => stopReason !== 'caught-up';

const at = (port: number): string => `http://127.0.0.1:${port}`;

const sdkEnvironment = (ports: Ports): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: at(ports.dynamodb),
  AWS_ENDPOINT_URL_SQS: at(ports.sqs),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: at(ports['secrets-manager']),
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
});

const pollerEnvironment = (ports: Ports, tenant: string): Record<string, string> => ({
  [ENV.tenant]: tenant,
  [ENV.auth0Domain]: TENANT_DOMAIN,
  [ENV.credentialsSecretArn]: 'bench',
  [ENV.collectionStart]: 'oldest',
  [ENV.auth0Plan]: 'enterprise',
  [ENV.collectionTable]: 'bench',
  [ENV.queueUrl]: `${at(ports.sqs)}/000000000000/bench`,
  [ENV.bucket]: 'bench',
});
