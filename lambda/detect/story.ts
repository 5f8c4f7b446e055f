import type { Incident } from './incident.ts';
import { type Entity, type EntityKind, FAMILIES } from './rule.ts';

/** The incident as a person reads it: what, who, when, how, and what to do. Plain text. */
export function story(incident: Incident): string {
  const { severity, title, tenant, entity, ruleId, family, count, attack } = incident;
  return [
    `${severity.toUpperCase()}  ${title}: ${entityWords(entity)}`,
    `${FAMILIES[family]}, rule ${ruleId}, tenant ${tenant}, incident ${incident.id}`,
    `${count.toLocaleString('en-US')} ${count === 1 ? 'event' : 'events'}, ${period(incident)}`,
    ...(attack.length === 0 ? [] : [`ATT&CK ${attack.join(', ')}`]),
    '',
    ...timelineLines(incident),
    '',
    `What to do: ${incident.todo}`,
    `In Auth0 (Monitoring, Logs): ${dashboardQuery(incident)}`,
  ].join('\n');
}

/** One line for lists and subjects. */
export const headline = ({ severity, title, entity }: Incident): string =>
  `${severity}: ${title}, ${entityWords(entity)}`;

/** Such as `user alice@example.com`; the tenant has no name of its own here. */
export const entityWords = ({ kind, value }: Entity): string =>
  kind === 'tenant' ? 'the tenant' : `${kind.replace('-', ' ')} ${printable(value)}`;

/** A search in the log view of the Auth0 dashboard that shows the evidence and what is around it. */
export function dashboardQuery({ entity, firstSeenMs, lastSeenMs, timeline }: Incident): string {
  const value = `"${escapeQuery(printable(entity.value))}"`;
  const fields = QUERY_FIELDS[entity.kind];
  if (fields === undefined) {
    const ids = timeline.slice(0, QUERY_IDS_MAX).map(({ logId }) => `"${escapeQuery(logId)}"`);
    return `log_id:(${ids.join(' OR ')})`;
  }
  const who = fields.map((field) => `${field}:${value}`).join(' OR ');
  return `(${who}) AND date:[${iso(firstSeenMs)} TO ${iso(lastSeenMs + 1_000)}]`;
}

/** Fields that the log search knows (docs: "Log Search Query Syntax"). */
const QUERY_FIELDS: Readonly<Partial<Record<EntityKind, readonly string[]>>> = {
  user: ['user_name', 'user_id'],
  ip: ['ip'],
  client: ['client_id'],
  connection: ['connection'],
  'event-type': ['type'],
};

/** The search takes only so long a query. */
const QUERY_IDS_MAX = 5;

function timelineLines({ timeline, count }: Incident): string[] {
  const lines = timeline.map(({ ms, text }) => `  ${iso(ms)}  ${printable(text)}`);
  const hidden = count - timeline.length;
  if (hidden <= 0) return lines;
  const half = Math.ceil(lines.length / 2);
  return [
    ...lines.slice(0, half),
    `  … ${hidden.toLocaleString('en-US')} more …`,
    ...lines.slice(half),
  ];
}

function period({ firstSeenMs, lastSeenMs }: Incident): string {
  return firstSeenMs === lastSeenMs
    ? iso(firstSeenMs)
    : `from ${iso(firstSeenMs)} to ${iso(lastSeenMs)}`;
}

const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Texts out of events are shown as they are, but can't move a terminal or start a new line. */
export const printable = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');

const escapeQuery = (text: string): string => text.replace(/["\\]/g, '\\$&');
