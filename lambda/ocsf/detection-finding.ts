import { isIP } from 'node:net';
import {
  type Attributes,
  classified,
  emailOf,
  given,
  type OcsfRecord,
  type OcsfVersion,
  OTHER,
  type Severity,
} from './record.ts';

/** What an incident tells, in the terms of this room. Times are milliseconds since 1970. */
export interface FindingFacts {
  readonly id: string;
  readonly tenant: string;
  readonly ruleId: string;
  readonly title: string;
  readonly family: string;
  readonly description: string;
  readonly severity: Severity;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly createdMs: number;
  /** How many log events it rests on. */
  readonly count: number;
  readonly status: 'new' | 'update';
  /** Who or what it is about: `user`, `ip`, `client`, `tenant` or another kind. */
  readonly entity: { readonly kind: string; readonly value: string };
  readonly attack: readonly FindingAttack[];
  /** The version of ATT&CK that the ids belong to. */
  readonly attackVersion: string;
  readonly evidenceLogIds: readonly string[];
  readonly remediation: string;
}

export interface FindingAttack {
  /** A technique or sub-technique: `T1110`, `T1110.003`. */
  readonly id: string;
  readonly name?: string;
  /** Id or name: `TA0006`, `Credential Access`. */
  readonly tactic?: string;
}

const PRODUCT = { name: 'Auth0 log collector', vendor_name: 'Auth0 log collector' };
const RULE = { type_id: 1, type: 'Rule' };

/** The OCSF Detection Finding of an incident: created when it is raised, updated when it goes on. */
export function findingToOcsf(finding: FindingFacts, version: OcsfVersion): OcsfRecord {
  const isNew = finding.status === 'new';
  const activity = isNew ? { id: 1, name: 'Create' } : { id: 2, name: 'Update' };
  const record = given({
    ...classified('detection_finding', activity, finding.severity),
    // Nobody has looked at it: what is done about it is not told here.
    status_id: 1,
    status: 'New',
    message: finding.title,
    time: isNew ? finding.createdMs : finding.lastSeenMs,
    start_time: finding.firstSeenMs,
    end_time: finding.lastSeenMs,
    count: finding.count,
    metadata: {
      version,
      product: PRODUCT,
      uid: finding.id,
      event_code: finding.ruleId,
      tenant_uid: finding.tenant,
    },
    finding_info: findingInfo(finding),
    ...aboutEntity(finding),
    remediation: { desc: finding.remediation },
  });
  return { class: 'detection_finding', record: record ?? {} };
}

function findingInfo(finding: FindingFacts): Attributes | undefined {
  return given({
    uid: finding.id,
    title: finding.title,
    desc: finding.description,
    types: [finding.family],
    data_sources: ['Auth0 tenant log'],
    analytic: { uid: finding.ruleId, name: finding.title, category: finding.family, ...RULE },
    attacks: finding.attack.map((attack) => attackOf(attack, finding.attackVersion)),
    created_time: finding.createdMs,
    first_seen_time: finding.firstSeenMs,
    last_seen_time: finding.lastSeenMs,
    related_events: finding.evidenceLogIds.map((uid) => ({ uid, type: 'Auth0 log event' })),
  });
}

function attackOf({ id, name, tactic }: FindingAttack, version: string): Attributes | undefined {
  const [technique] = id.split('.');
  const isSub = technique !== id;
  return given({
    version,
    tactic: tactic === undefined ? undefined : tacticOf(tactic),
    technique: isSub ? { uid: technique } : given({ uid: id, name }),
    sub_technique: isSub ? given({ uid: id, name }) : undefined,
  });
}

const tacticOf = (tactic: string): Attributes =>
  /^TA\d{4}$/.test(tactic) ? { uid: tactic } : { name: tactic };

/** The entity as evidence, as an observable to search by, and as a resource where it is one. */
function aboutEntity({ entity, evidenceLogIds }: FindingFacts): Attributes {
  const { kind, value } = entity;
  const logIds = { data: { log_ids: evidenceLogIds } };
  if (kind === 'ip' && isIP(value) !== 0) {
    return {
      evidences: [{ ...logIds, src_endpoint: { ip: value } }],
      observables: [{ name: 'evidences.src_endpoint.ip', type_id: 2, type: 'IP Address', value }],
    };
  }
  if (kind === 'user') {
    const isEmail = emailOf(value) !== undefined;
    return {
      evidences: [
        { ...logIds, user: isEmail ? { name: value, email_addr: value } : { uid: value } },
      ],
      observables: [
        isEmail
          ? { name: 'evidences.user.email_addr', type_id: 5, type: 'Email Address', value }
          : { name: 'evidences.user.uid', type_id: OTHER, type: 'User ID', value },
      ],
    };
  }
  return {
    evidences: [logIds],
    observables: [{ name: 'resources.uid', type_id: 10, type: 'Resource UID', value }],
    resources: [{ type: kind, uid: value }],
  };
}
