import { EVENT_TYPES, eventType } from '../auth0/event-types.ts';
import { SEARCH_COLUMNS } from '../lake/search-columns.ts';
import { OCSF_CLASSES } from '../ocsf/shape.ts';
import { textLiteral } from './sql.ts';

/** All log events in one shape: the view that search and the named queries read. */
export const EVENTS_VIEW = 'events';

/** The tables of the classes that log events are kept in carry the names of the classes. */
export const EVENT_TABLES = OCSF_CLASSES.filter((name) => name !== 'detection_finding');

/**
 * The archive as a table: one column `line` with the text of an event, partitioned by `tenant` and
 * `day` like its objects.
 */
export const ARCHIVE_TABLE = 'archive';

/** The lake is hours behind the archive at most, unless something is wrong. */
const FRESH_DAYS = 3;
/** Where the lake may hold an event of a fresh batch: under the day of its own date. */
const LAKE_DAYS = 10;

/** What the lake's tables and the archive are both brought to. */
const COLUMNS = [
  ...SEARCH_COLUMNS.filter((name) => name !== 'archive_key'),
  'description',
  'raw',
] as const;

/** The columns of the view; all of them are texts but `time`. */
export const EVENTS_COLUMNS = ['tenant', 'day', 'time', ...COLUMNS] as const;

/**
 * The query of the view: the events of the lake, and those of the last days that are in the archive
 * only, so that an event is found minutes after it happened. Secrets are masked in the lake; what
 * comes from the archive is as served.
 */
export function eventsViewSql(): string {
  const lake = EVENT_TABLES.map(
    (table) =>
      `SELECT tenant, day, time, ${COLUMNS.map((name) => LAKE_VALUES[name] ?? name).join(', ')}\nFROM ${table}`,
  );
  return [...lake, freshSql()].join('\nUNION ALL\n');
}

const LAKE_VALUES: Readonly<Partial<Record<(typeof COLUMNS)[number], string>>> = {
  description: 'message AS description',
  raw: 'raw_data AS raw',
};

function freshSql(): string {
  const inLake = EVENT_TABLES.map(
    (table) => `SELECT tenant, log_id FROM ${table} WHERE day >= ${daysAgo(LAKE_DAYS)}`,
  ).join('\n  UNION ALL\n  ');
  return `SELECT fresh.tenant, date_format(fresh.time, '%Y-%m-%d') AS day, fresh.time, ${COLUMNS.map((name) => FRESH_COLUMNS[name] ?? `fresh.${name}`).join(', ')}
FROM (
  SELECT tenant, ${timeSql()} AS time,
    ${COLUMNS.map((name) => `${FRESH_VALUES[name]} AS ${name}`).join(',\n    ')}
  FROM ${ARCHIVE_TABLE}
  WHERE day >= ${daysAgo(FRESH_DAYS)}
) AS fresh
LEFT JOIN (
  ${inLake}
) AS lake ON lake.tenant = fresh.tenant AND lake.log_id = fresh.log_id
WHERE lake.log_id IS NULL`;
}

/** The lake, too, has the name of the type where an event does not describe itself. */
const FRESH_COLUMNS: typeof LAKE_VALUES = {
  description: 'coalesce(fresh.description, fresh.event_name) AS description',
};

/** The first day that is so many days ago, in SQL. */
export const daysAgo = (days: number): string =>
  `date_format(current_date - interval '${days}' day, '%Y-%m-%d')`;

/** The text at a path of an event; an empty one is none, as in the lake. */
const at = (path: string): string => `nullif(json_extract_scalar(line, '$.${path}'), '')`;

const administrator = (path: string): string =>
  `CASE WHEN ${at('details.request.method')} IS NOT NULL AND ${at('details.request.path')} IS NOT NULL THEN ${path} END`;

const ADMINISTRATOR_ID = at('details.request.auth.user.user_id');

const FRESH_VALUES: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  log_id: at('log_id'),
  event_code: `coalesce(${at('type')}, 'unknown')`,
  event_name: eventNameSql(),
  user_id: `coalesce(${administrator(ADMINISTRATOR_ID)}, ${at('user_id')})`,
  user_name: `CASE WHEN ${administrator(ADMINISTRATOR_ID)} IS NOT NULL THEN coalesce(${at('details.request.auth.user.email')}, ${at('details.request.auth.user.name')}) ELSE ${at('user_name')} END`,
  ip: `coalesce(${at('ip')}, ${at('client_ip')})`,
  country: `coalesce(${at('location_info.country_code')}, ${at('location_info.country_name')})`,
  city: at('location_info.city_name'),
  client_id: at('client_id'),
  client_name: at('client_name'),
  connection: at('connection'),
  hostname: at('hostname'),
  user_agent: at('user_agent'),
  organization_id: at('organization_id'),
  description: at('description'),
  raw: 'line',
};

function eventNameSql(): string {
  const names = Object.entries(EVENT_TYPES).map(
    ([code, { name }]) => `WHEN ${textLiteral(code)} THEN ${textLiteral(name)}`,
  );
  return `CASE ${at('type')} ${names.join(' ')} ELSE ${textLiteral(eventType('').name)} END`;
}

/** The event's date in UTC; without one that can be read, the moment of ingestion that the id tells. */
function timeSql(): string {
  const digits = (from: number, length: number) => `substr(${at('log_id')}, ${from}, ${length})`;
  const day = `${digits(4, 4)} || '-' || ${digits(8, 2)} || '-' || ${digits(10, 2)}`;
  const clock = `${digits(12, 2)} || ':' || ${digits(14, 2)} || ':' || ${digits(16, 2)} || '.' || ${digits(18, 3)}`;
  return `coalesce(
      try(CAST(from_iso8601_timestamp(${at('date')}) AT TIME ZONE 'UTC' AS timestamp(3))),
      try(CAST(${day} || ' ' || ${clock} AS timestamp(3))),
      CAST('1970-01-01 00:00:00.000' AS timestamp(3))
    )`;
}
