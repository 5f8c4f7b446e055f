import { at, type EventFacts, text } from '../auth0/event-facts.ts';
import type { EventOutcome } from '../auth0/event-types.ts';
import { type Activity, type EventClass, severityOf } from './class-table.ts';
import { type Attributes, classified, type Draft, given, OTHER } from './record.ts';

const PRODUCT = { name: 'Auth0', vendor_name: 'Okta' };
const TIME_MS_MAX = 8_640_000_000_000_000;

const STATUS = {
  success: { status_id: 1, status: 'Success' },
  failure: { status_id: 2, status: 'Failure' },
  info: { status_id: OTHER, status: 'Info' },
} as const satisfies Readonly<Record<EventOutcome, object>>;

/** The attributes that records of all three classes of events have. */
export function eventAttributes(
  draft: Draft,
  chosen: { readonly class: EventClass; readonly activity: Activity },
): Attributes {
  const { facts, context, placed } = draft;
  const outcome = outcomeOf(facts);
  return {
    ...classified(chosen.class, chosen.activity, severityOf(facts.code, outcome)),
    ...(facts.type.category === 'unknown' ? { status_id: 0, status: 'Unknown' } : STATUS[outcome]),
    status_code: statusCodeOf(draft),
    status_detail: outcome === 'failure' ? reasonOf(draft) : undefined,
    message: placed.put(facts.description, 'description') ?? facts.type.name,
    time: facts.timeMs ?? facts.ingestedMs ?? context.loggedTimeMs ?? 0,
    start_time: placed.put(count(facts.details['initiatedAt'], TIME_MS_MAX), 'details.initiatedAt'),
    end_time: placed.put(count(facts.details['completedAt'], TIME_MS_MAX), 'details.completedAt'),
    duration: placed.put(count(facts.details['elapsedTime']), 'details.elapsedTime'),
    metadata: metadataOf(draft),
    raw_data: context.rawData,
  };
}

/** The answer of a call to the Management API tells more than the code of its event. */
function outcomeOf({ call, type }: EventFacts): EventOutcome {
  const isRefused = type.category === 'management-api' && (call?.statusCode ?? 0) >= 400;
  return isRefused ? 'failure' : type.outcome;
}

function statusCodeOf({ facts, placed }: Draft): string | undefined {
  const code = facts.call?.statusCode;
  if (code !== undefined) return placed.put(String(code), 'details.response.statusCode');
  return placed.put(text(at(facts.details, 'error', 'type')), 'details.error.type');
}

function reasonOf({ facts, placed }: Draft): string | undefined {
  const message = text(at(facts.details, 'error', 'message'));
  if (message !== undefined) return placed.put(message, 'details.error.message');
  return placed.put(text(facts.details['error']), 'details.error') ?? facts.description;
}

function metadataOf({ facts, context, placed }: Draft): Attributes | undefined {
  const logId = facts.logId === '' ? undefined : facts.logId;
  const correlationId = text(at(facts.event, 'references', 'correlation_id'));
  return given({
    version: context.version,
    product: PRODUCT,
    uid: placed.put(logId, 'log_id', '_id', 'id'),
    event_code: placed.put(facts.code, 'type'),
    tenant_uid: placed.put(context.tenant, 'tenant_name'),
    original_time: placed.put(text(facts.event['date']), 'date'),
    logged_time: context.loggedTimeMs ?? facts.ingestedMs,
    log_version: placed.put(
      text(at(facts.event, '$event_schema', 'version')),
      '$event_schema.version',
    ),
    correlation_uid:
      placed.put(correlationId, 'references.correlation_id') ??
      placed.put(text(facts.details['transaction_id']), 'details.transaction_id'),
  });
}

const count = (value: unknown, max: number = Number.MAX_SAFE_INTEGER): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
    ? value
    : undefined;
