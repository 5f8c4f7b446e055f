import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { findingToOcsf } from '../ocsf/detection-finding.ts';
import { AWS_CLIENT, awsCall } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { PREFIX, PRODUCT } from '../platform/names.ts';
import type { Incident } from './incident.ts';
import type { Outlet } from './publish.ts';
import { ATTACK_VERSION, FAMILIES } from './rule.ts';
import { headline, story } from './story.ts';

const OCSF_VERSION = '1.8.0';

/** The object of an incident, as OCSF Detection Finding. It is written anew when the incident grows. */
export const incidentKey = ({ tenant, id }: Pick<Incident, 'tenant' | 'id'>): string =>
  `${PREFIX.incidents}tenant=${tenant}/${id}.json`;

/** Keeps incidents in the bucket. */
export const bucketOutlet =
  (s3: S3Client, bucket: string): Outlet =>
  async (incident) => {
    const key = incidentKey(incident);
    await awsCall(`Storing ${key}`, () =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: JSON.stringify(toFinding(incident)),
          ContentType: 'application/json',
        }),
      ),
    );
  };

/** Sends opened and escalated incidents to a bus, with the finding as detail. */
export function busOutlet(bus: string): Outlet {
  const client = new EventBridgeClient(AWS_CLIENT);
  return async (incident, reason) => {
    if (reason === 'grown') return;
    await awsCall('Sending an incident to the bus', async () => {
      const { FailedEntryCount, Entries } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: bus,
              Source: PRODUCT,
              DetailType: reason === 'opened' ? 'Incident Opened' : 'Incident Escalated',
              Time: new Date(incident.updatedMs),
              Detail: JSON.stringify(toFinding(incident)),
            },
          ],
        }),
      );
      if (FailedEntryCount === 0) return;
      const { ErrorCode, ErrorMessage } = Entries?.[0] ?? {};
      throw new CollectorError('AWS_CALL', `The bus refused: ${ErrorCode} ${ErrorMessage}`);
    });
  };
}

/** A subject is one line of ASCII, at most 100 characters (Amazon SNS API, Publish). */
const SUBJECT_CHARS_MAX = 99;

/** Tells the subscribers of a topic of opened and escalated incidents, in words for people. */
export function topicOutlet(topicArn: string): Outlet {
  const client = new SNSClient(AWS_CLIENT);
  return async (incident, reason) => {
    if (reason === 'grown') return;
    const { tenant, severity, family, ruleId } = incident;
    const attributes = { tenant, severity, family, ruleId };
    await awsCall('Publishing an incident', () =>
      client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: headline(incident)
            .replace(/[^\x20-\x7e]/g, '?')
            .slice(0, SUBJECT_CHARS_MAX),
          Message: story(incident),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
        }),
      ),
    );
  };
}

/** The incident as OCSF Detection Finding. */
export function toFinding(incident: Incident): Readonly<Record<string, unknown>> {
  const { id, tenant, ruleId, title, severity, entity, firstSeenMs, lastSeenMs, count } = incident;
  return findingToOcsf(
    {
      id,
      tenant,
      ruleId,
      title,
      family: FAMILIES[incident.family],
      description: headline(incident),
      severity,
      firstSeenMs,
      lastSeenMs,
      createdMs: incident.openedMs,
      count,
      status: incident.version === 1 ? 'new' : 'update',
      entity,
      attack: incident.attack.map((technique) => ({ id: technique })),
      attackVersion: ATTACK_VERSION,
      evidenceLogIds: incident.timeline.map(({ logId }) => logId),
      remediation: incident.todo,
    },
    OCSF_VERSION,
  ).record;
}
