/**
 * What can't be counted on this machine. Each of these is said in `docs/cost.md`.
 */
import { COMPACTOR, DETECTOR, POLL_INTERVAL_MINUTES_DEFAULT } from '../../lambda/platform/names.ts';

export const DAYS_A_MONTH = 30;
export const MINUTES_A_MONTH = DAYS_A_MONTH * 24 * 60;

export const POLLS_A_MONTH = MINUTES_A_MONTH / POLL_INTERVAL_MINUTES_DEFAULT;
export const DETECTIONS_A_MONTH = MINUTES_A_MONTH / DETECTOR.intervalMinutes;
export const COMPACTIONS_A_MONTH = MINUTES_A_MONTH / COMPACTOR.intervalMinutes;

export const EVENTS_OF_A_MONTH = 1_000_000;
export const EVENT_BYTES = 2_048;

/** What a month may cost at most, in US dollars; the document and a test compare with it. */
export const AIM_USD = { idleTenant: 0.75, millionEvents: 1.5 } as const;

/** Lambda replaces an execution environment every few hours, whether it is in use or not. */
export const COLD_STARTS_A_MONTH = 12 * DAYS_A_MONTH;
export const COLD_START_MS = 500;
/** While a backlog is collected, a turn of the detector finds so many full batches. */
export const BATCHES_A_TURN = 4;
export const TOKENS_A_MONTH = DAYS_A_MONTH;

/** An event source mapping keeps five long polls of 20 seconds open while a queue is empty. */
export const EMPTY_RECEIVES_A_MONTH = 5 * 3 * MINUTES_A_MONTH;

/** The emulators answer at once; Auth0 is a round trip and a search away. */
export const AUTH0_ANSWER_MS = 200;
/** Lambda gives a whole CPU from this size on, and less in proportion below. */
export const WHOLE_CPU_MB = 1_769;

/** CloudWatch bills each log line with so many bytes on top. */
export const LOG_LINE_OVERHEAD_BYTES = 26;

const REQUEST_ID = '79b4f56e-95b1-4643-9700-2807f4e68189';
const AT = '2026-11-22T10:00:00.000Z';

/** The lines that Lambda itself writes about an invocation in its JSON format. */
export const LAMBDA_LINES: readonly string[] = [
  { time: AT, type: 'platform.start', record: { requestId: REQUEST_ID, version: '$LATEST' } },
  {
    time: AT,
    type: 'platform.report',
    record: {
      requestId: REQUEST_ID,
      metrics: {
        durationMs: 254.711,
        billedDurationMs: 255,
        memorySizeMB: 512,
        maxMemoryUsedMB: 150,
      },
      status: 'success',
    },
  },
].map((line) => JSON.stringify(line));
