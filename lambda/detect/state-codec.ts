import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import type { EntityState } from './entity-state.ts';
import type { Entry } from './rule.ts';

const ENTRY = z.tuple([z.number(), z.string(), z.string(), z.string(), z.string(), z.boolean()]);
const DAY_PAIR = z.tuple([z.number(), z.number()]);

const STATE = z.object({
  lastRun: z.string(),
  entries: z.record(z.string(), z.array(ENTRY)),
  profiles: z.record(
    z.string(),
    z.object({
      values: z.record(z.string(), DAY_PAIR),
      learned: z.array(DAY_PAIR),
      days: z.array(z.number()),
      forgottenDay: z.number(),
    }),
  ),
  counts: z.record(z.string(), z.array(DAY_PAIR)),
});

/** A state as the table keeps it. */
export type EncodedState = string | Uint8Array;

/** A table counts in KB; below one there is nothing to gain. */
const DEFLATE_FROM_CHARS = 1_000;
const STATE_BYTES_MAX = 16 * 1024 * 1024;

export function encodeState({ lastRun, entries, profiles, counts }: EntityState): EncodedState {
  const text = JSON.stringify({
    lastRun,
    entries: mapValues(entries, (kept) => kept.map(fromEntry)),
    profiles,
    counts: mapValues(counts, (history) => [...history]),
  });
  return text.length < DEFLATE_FROM_CHARS ? text : deflateRawSync(text);
}

/** @throws when it is not what {@link encodeState} wrote */
export function decodeState(encoded: EncodedState): EntityState {
  const text =
    typeof encoded === 'string'
      ? encoded
      : inflateRawSync(encoded, { maxOutputLength: STATE_BYTES_MAX }).toString('utf8');
  const { lastRun, entries, profiles, counts } = STATE.parse(JSON.parse(text));
  return {
    lastRun,
    entries: mapValues(entries, (kept) => kept.map(toEntry)),
    profiles,
    counts: mapValues(counts, (history) => new Map(history)),
  };
}

const fromEntry = ({ ms, logId, note, mark, value, counted }: Entry): z.infer<typeof ENTRY> => [
  ms,
  logId,
  note,
  mark,
  value,
  counted,
];

const toEntry = ([ms, logId, note, mark, value, counted]: z.infer<typeof ENTRY>): Entry => ({
  ms,
  logId,
  note,
  mark,
  value,
  counted,
});

const mapValues = <A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
