import * as z from '../platform/schema.ts';
import { LOG_ID_CHARS_MAX } from './log-event.ts';

/**
 * Where the next page starts.
 *
 * `start`: nothing was read yet. `since` says from when on: `newest` (only what comes after the
 * first poll), `oldest` (all that Auth0 still has) or an ISO time.
 *
 * `after`: `from` is what the last `next` link named, `logId` the last id delivered, in case the
 * link stops working. While `skipBefore` is set, leading events older than that ISO time are
 * passed over: the first page starts a little early on purpose. Events up to the id `skipThrough`
 * were delivered before the cursor was refused, and are passed over likewise.
 */
export type Cursor = StartCursor | AfterCursor;

export interface StartCursor {
  readonly kind: 'start';
  readonly since: string;
  readonly skipThrough?: string;
}

export interface AfterCursor {
  readonly kind: 'after';
  readonly from: string;
  readonly logId: string;
  readonly skipBefore?: string;
  readonly skipThrough?: string;
}

export const SINCE_NEWEST = 'newest';
export const SINCE_OLDEST = 'oldest';

const LOG_ID = z.string().check(z.minLength(1), z.maxLength(LOG_ID_CHARS_MAX));

/** A cursor as it is stored. */
export const CURSOR: z.ZodMiniType<Cursor> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    since: z.string().check(z.minLength(1)),
    skipThrough: z.exactOptional(LOG_ID),
  }),
  z.strictObject({
    kind: z.literal('after'),
    from: LOG_ID,
    logId: LOG_ID,
    skipBefore: z.exactOptional(z.string()),
    skipThrough: z.exactOptional(LOG_ID),
  }),
]);

/** The cursor right behind one event. */
export const cursorAfter = (logId: string, from: string = logId): AfterCursor => ({
  kind: 'after',
  from,
  logId,
});
