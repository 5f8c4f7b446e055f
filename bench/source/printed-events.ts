import type { EventBlock } from '../../local/tenant/event-block.ts';
import { makeLogId } from '../../local/tenant/log-ids.ts';
import { createTraffic } from '../../local/tenant/traffic.ts';
import { sized } from '../sized-traffic.ts';

const SEED = 7;
/** Far more than fit into the window of gzip, so that a batch packs no better than real events do. */
const FORMS = 1_009;
const STEP_MS = 80;
const DAY_MS = 24 * 3600_000;

/** An event as text, and where its id and its time stand in it. */
interface Form {
  readonly text: Buffer;
  readonly idAt: number;
  readonly dateAt: number;
}

/**
 * Events whose text is made once; only id and time are put in when they are asked for. So they cost
 * the tenant next to nothing, and what a reader waits for is the wire and itself.
 */
export class PrintedEvents implements EventBlock {
  /** Grows with the backlog; at most a day's worth of steps. */
  count = 1;
  readonly lagMaxMs = 0;
  readonly #fromMs = Date.now() - DAY_MS;
  readonly #forms: readonly Form[];

  constructor(bytes: number) {
    const traffic = sized(createTraffic({ seed: SEED, hostname: 'bench.us.auth0.com' }), bytes);
    this.#forms = Array.from({ length: FORMS }, (_, index) => {
      const [logId, date] = [this.logId(index), new Date(this.dateMs(index))];
      const text = JSON.stringify(traffic.event({ index, logId, date }));
      return {
        text: Buffer.from(text),
        idAt: placeOf(text, 'log_id', logId),
        dateAt: placeOf(text, 'date', date.toISOString()),
      };
    });
  }

  logId(index: number): string {
    return makeLogId(this.ingestedMs(index), 0, index);
  }

  dateMs(index: number): number {
    return this.ingestedMs(index);
  }

  ingestedMs(index: number): number {
    return this.#fromMs + index * STEP_MS;
  }

  json(index: number): Buffer {
    const form = this.#forms[index % FORMS];
    if (form === undefined) throw new RangeError(`No event at ${index}`);
    const json = Buffer.from(form.text);
    json.write(this.logId(index), form.idAt, 'latin1');
    json.write(new Date(this.dateMs(index)).toISOString(), form.dateAt, 'latin1');
    return json;
  }
}

/** The place of a value in bytes; both are as long in every event. */
function placeOf(text: string, key: string, value: string): number {
  const before = `"${key}":"`;
  const at = text.indexOf(before + value);
  if (at === -1) throw new Error(`An event without ${key}`);
  return Buffer.byteLength(text.slice(0, at)) + before.length;
}
