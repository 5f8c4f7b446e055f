import type { EventFacts } from '../auth0/event-facts.ts';
import type { Placed } from './placed.ts';
import type { OcsfClass } from './shape.ts';

/** The versions of the schema that a record can be written for; Security Lake takes 1.3 at most. */
export const OCSF_VERSIONS = ['1.8.0', '1.3.0'] as const;
export type OcsfVersion = (typeof OCSF_VERSIONS)[number];

/** One event or finding in the form of its OCSF class. */
export interface OcsfRecord {
  readonly class: OcsfClass;
  readonly record: Attributes;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** What a record tells beyond its event. */
export interface RecordContext {
  readonly tenant: string;
  /** The event's JSON text. */
  readonly rawData: string;
  readonly version: OcsfVersion;
  /** When the event was collected, milliseconds since 1970. */
  readonly loggedTimeMs?: number;
}

/** An event on its way into a record. */
export interface Draft {
  readonly facts: EventFacts;
  readonly context: RecordContext;
  readonly placed: Placed;
}

/** Number, caption and category of each class. */
export const CLASSES = {
  account_change: {
    uid: 3001,
    name: 'Account Change',
    categoryUid: 3,
    categoryName: 'Identity & Access Management',
  },
  authentication: {
    uid: 3002,
    name: 'Authentication',
    categoryUid: 3,
    categoryName: 'Identity & Access Management',
  },
  api_activity: {
    uid: 6003,
    name: 'API Activity',
    categoryUid: 6,
    categoryName: 'Application Activity',
  },
  detection_finding: {
    uid: 2004,
    name: 'Detection Finding',
    categoryUid: 2,
    categoryName: 'Findings',
  },
} as const satisfies Readonly<Record<OcsfClass, object>>;

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

export const SEVERITIES = {
  info: { id: 1, name: 'Informational' },
  low: { id: 2, name: 'Low' },
  medium: { id: 3, name: 'Medium' },
  high: { id: 4, name: 'High' },
  critical: { id: 5, name: 'Critical' },
} as const satisfies Readonly<Record<Severity, object>>;

export const OTHER = 99;

/** The attributes that say which class, which activity and how severe. */
export function classified(
  ocsfClass: OcsfClass,
  activity: { readonly id: number; readonly name: string },
  severity: Severity,
): Attributes {
  const { uid, name, categoryUid, categoryName } = CLASSES[ocsfClass];
  return {
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: categoryUid,
    category_name: categoryName,
    class_uid: uid,
    class_name: name,
    type_uid: uid * 100 + activity.id,
    type_name: `${name}: ${activity.id === OTHER ? 'Other' : activity.name}`,
    severity_id: SEVERITIES[severity].id,
    severity: SEVERITIES[severity].name,
  };
}

/** The attributes that have a value; undefined when none has. */
export function given(all: Attributes): Attributes | undefined {
  const kept: Record<string, unknown> = {};
  let isEmpty = true;
  for (const key in all) {
    const value = all[key];
    if (value === undefined) continue;
    kept[key] = value;
    isEmpty = false;
  }
  return isEmpty ? undefined : kept;
}

/** The text, where it is one of OCSF's host names. */
export const hostNameOf = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= 253 && HOST_NAME_PATTERN.test(text) ? text : undefined;

/** The text, where it is one of OCSF's e-mail addresses. */
export const emailOf = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= 320 && EMAIL_PATTERN.test(text) ? text : undefined;

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOST_NAME_PATTERN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const EMAIL_PATTERN = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$/;
