import { isRejected } from './log-event.ts';
import { compareLogIds, ingestedAtMs } from './log-id.ts';
import { PAGE_EVENTS_MAX } from './logs-api.ts';
import type { Source } from './source.ts';

/**
 * Finds an event that may stand between two parts of the log, by a documented search: of the last
 * events dated before a time the last that was ingested before it, or else the first that was
 * ingested at all. Whoever reads behind it and whoever reads up to it share every event by its id. So
 * all that has to be right is that the event is a genuine one, and not how near to the time it lies.
 *
 * @param range dates to look at, milliseconds since 1970; its end is the time
 * @param like an id of the tenant: one of another form can't be compared with it
 * @throws {CollectorError} AUTH0_400_REQUEST where searches by date are refused
 */
export async function findBoundary(
  source: Pick<Source, 'search'>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  like: string,
): Promise<string | undefined> {
  const q = `date:[${new Date(fromMs).toISOString()} TO ${new Date(toMs).toISOString()}}`;
  const { events } = await source.search({ q, sort: 'date:-1', perPage: PAGE_EVENTS_MAX });
  const logIds = events
    .flatMap((event) => (isRejected(event) ? [] : [event.logId]))
    .filter((logId) => isOfForm(logId, like))
    .sort(compareLogIds);
  return logIds.findLast((logId) => (ingestedAtMs(logId) ?? toMs) < toMs) ?? logIds[0];
}

/** Only ids that tell the time, and in the same way, are known to be in the order of ingestion. */
const isOfForm = (logId: string, like: string): boolean =>
  logId.length === like.length && ingestedAtMs(logId) !== undefined;
