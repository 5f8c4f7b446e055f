import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { AWS_CLIENT, awsCall } from '../platform/aws.ts';
import { CollectorError } from '../platform/errors.ts';
import { PRODUCT } from '../platform/names.ts';
import type { Incident } from './incident.ts';
import type { Outlet } from './publish.ts';
import { ATTACK_VERSION, FAMILIES, type Family, type Severity } from './rule.ts';
import { headline, printable, story } from './story.ts';

/** Finding types of the AWS Security Finding Format, by family. */
const FINDING_TYPES: Readonly<Record<Family, string>> = {
  administrative: 'TTPs/Defense Evasion',
  login: 'TTPs/Credential Access',
  behavior: 'Unusual Behaviors/User',
  operations: 'Software and Configuration Checks',
};

const SEVERITY_LABELS = {
  info: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
} as const satisfies Record<Severity, string>;

/** Limits of the format, in characters (Security Hub, "Required top-level ASFF attributes"). */
const TITLE_CHARS_MAX = 256;
const DESCRIPTION_CHARS_MAX = 1_024;
const REMEDIATION_CHARS_MAX = 512;

/**
 * Imports incidents into Security Hub; the same incident replaces its finding.
 *
 * @param productArn `arn:aws:securityhub:REGION:ACCOUNT:product/ACCOUNT/default`
 */
export function securityHubOutlet(productArn: string): Outlet {
  const client = new SecurityHubClient(AWS_CLIENT);
  return async (incident) => {
    await awsCall('Importing an incident into Security Hub', async () => {
      const { FailedCount = 0, FailedFindings = [] } = await client.send(
        new BatchImportFindingsCommand({ Findings: [toAsff(incident, productArn)] }),
      );
      if (FailedCount === 0) return;
      const { ErrorCode, ErrorMessage } = FailedFindings[0] ?? {};
      throw new CollectorError('AWS_CALL', `Security Hub refused: ${ErrorCode} ${ErrorMessage}`);
    });
  };
}

/** The incident in the AWS Security Finding Format. */
export function toAsff(incident: Incident, productArn: string) {
  const { id, tenant, ruleId, family, severity, entity, attack, count, todo } = incident;
  const [, , , region = '', accountId = ''] = productArn.split(':');
  return {
    SchemaVersion: '2018-10-08',
    Id: `${PRODUCT}/${tenant}/${id}`,
    ProductArn: productArn,
    ProductName: PRODUCT,
    CompanyName: PRODUCT,
    Region: region,
    GeneratorId: ruleId,
    AwsAccountId: accountId,
    Types: [FINDING_TYPES[family]],
    FirstObservedAt: iso(incident.firstSeenMs),
    LastObservedAt: iso(incident.lastSeenMs),
    CreatedAt: iso(incident.openedMs),
    UpdatedAt: iso(incident.updatedMs),
    Severity: { Label: SEVERITY_LABELS[severity] },
    Title: `Auth0 ${printable(headline(incident))}`.slice(0, TITLE_CHARS_MAX),
    Description: story(incident).slice(0, DESCRIPTION_CHARS_MAX),
    Remediation: { Recommendation: { Text: todo.slice(0, REMEDIATION_CHARS_MAX) } },
    ProductFields: {
      tenant,
      family: FAMILIES[family],
      events: String(count),
      attack: `${attack.join(' ')} (ATT&CK ${ATTACK_VERSION})`,
    },
    Resources: [{ Type: 'Other', Id: `auth0/${tenant}/${entity.kind}/${printable(entity.value)}` }],
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
