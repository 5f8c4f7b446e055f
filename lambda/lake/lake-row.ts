import { type EventFacts, factsOf, type JsonObject, object } from '../auth0/event-facts.ts';
import { unreadable } from '../ledger/archive-reader.ts';
import { maskSecrets } from '../ocsf/mask.ts';
import { OCSF_CLASSES, type OcsfClass, type Shape } from '../ocsf/shape.ts';
import { CLASS_SHAPES } from '../ocsf/shapes.ts';
import { type OcsfVersion, toOcsf } from '../ocsf/to-ocsf.ts';
import { type Fitted, fitShape } from './fit-shape.ts';
import type { Partition } from './lake-object.ts';
import { SEARCH_COLUMNS, searchValues } from './search-columns.ts';

/** One event of the lake, before it is written. */
export interface LakeRow extends Partition {
  readonly logId: string;
  readonly timeMs: number;
  /** When it was collected. */
  readonly sentAtMs: number;
  readonly values: Fitted;
}

/** What is said of every event of a batch. */
export interface RowContext {
  readonly tenant: string;
  readonly archiveKey: string;
  /** When the poller had delivered the batch: what the times that events claim are judged by. */
  readonly sentAtMs: number;
  /** Hides who is who, if the lake is to hold pseudonyms. */
  readonly pseudonymise: ((event: JsonObject) => JsonObject) | undefined;
}

const OWN_VERSION: OcsfVersion = '1.8.0';
/** The newest that Security Lake takes. */
const SECURITY_LAKE_VERSION: OcsfVersion = '1.3.0';

/** The columns of each class in the lake's own layout. */
export const OWN_SHAPES = Object.fromEntries(
  OCSF_CLASSES.map((name) => [
    name,
    { ...CLASS_SHAPES[name], ...Object.fromEntries(SEARCH_COLUMNS.map((own) => [own, 'string'])) },
  ]),
) as Readonly<Record<OcsfClass, Shape>>;

/**
 * Makes the row of an archived event: secrets masked, who is who hidden if asked for, mapped to OCSF.
 *
 * @throws {CollectorError} ARCHIVE_UNREADABLE
 */
export function lakeRow(line: Buffer, context: RowContext): LakeRow {
  const served = line.toString('utf8');
  const event = parsed(served, context.archiveKey);
  const masked = maskSecrets(event);
  const shown = context.pseudonymise?.(masked) ?? masked;
  const facts = factsOf(shown);
  const rawData = shown === event ? served : JSON.stringify(shown);
  const { tenant, archiveKey, sentAtMs } = context;
  const about = { tenant, rawData, version: OWN_VERSION, loggedTimeMs: sentAtMs };
  const { class: ocsfClass, record } = toOcsf(facts, about);
  const found = { ...record, ...searchValues(facts, archiveKey) };
  return {
    class: ocsfClass,
    day: dayOf(facts, sentAtMs),
    logId: facts.logId,
    timeMs: Number(record['time']),
    sentAtMs,
    values: fitShape(OWN_SHAPES[ocsfClass], found),
  };
}

/** The same event as Security Lake takes it, made from what the lake's own row says. */
export function securityLakeValues(row: LakeRow, tenant: string): Fitted {
  const rawData = String(row.values['raw_data']);
  const facts = factsOf(JSON.parse(rawData));
  const { record } = toOcsf(facts, {
    tenant,
    rawData,
    version: SECURITY_LAKE_VERSION,
    loggedTimeMs: row.sentAtMs,
  });
  return fitShape(CLASS_SHAPES[row.class], record);
}

function parsed(text: string, archiveKey: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(`${archiveKey} has a line that is not JSON`, cause);
  }
  const event = object(value);
  if (event === undefined) throw unreadable(`${archiveKey} has a line that is not a log event`);
  return event;
}

const DAY_MS = 24 * 3600_000;
/** No plan of Auth0 keeps events longer than 30 days, so nothing older is ever collected. */
const AGE_MAX_MS = 31 * DAY_MS;

/**
 * The day an event is filed under: that of its date. The date is whatever the event claims, so one
 * that is missing, or absurd beside its ingestion, gives way to the day of ingestion; and the
 * ingestion that an id claims is judged by our own clock. So no event can make up days at will.
 */
function dayOf({ ingestedMs, timeMs }: EventFacts, sentAtMs: number): string {
  const takenInMs = within(ingestedMs, sentAtMs) ?? sentAtMs;
  return new Date(within(timeMs, takenInMs) ?? takenInMs).toISOString().slice(0, 10);
}

const within = (ms: number | undefined, aroundMs: number): number | undefined =>
  ms !== undefined && ms >= aroundMs - AGE_MAX_MS && ms <= aroundMs + DAY_MS ? ms : undefined;
