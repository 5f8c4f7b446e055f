import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from '../platform/schema.ts';
import type { EntityState } from './entity-state.ts';
import type { ProfileState } from './profile-state.ts';
import type { Entry } from './rule.ts';

const DAY_PAIR = z.tuple([z.number(), z.number()]);

const PROFILE = z.object({
  values: z.record(z.string(), DAY_PAIR),
  learned: z.array(DAY_PAIR),
  days: z.array(z.number()),
  forgottenDay: z.number(),
});

const PARTS = {
  lastRun: z.string(),
  profiles: z.record(z.string(), PROFILE),
  counts: z.record(z.string(), z.array(DAY_PAIR)),
};

/** Time, log id, note, mark and value, and whether it is counted; texts by their place in the list. */
const ENTRY = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.union([z.literal(0), z.literal(1)]),
]);

/** Rules that keep the same event say much the same of it, so each text is there once. */
const STATE = z.object({
  ...PARTS,
  schema: z.literal(2),
  texts: z.array(z.string()),
  entries: z.record(z.string(), z.array(ENTRY)),
});

const FIRST_ENTRY = z.tuple([
  z.number(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.boolean(),
]);

/** What the first version wrote. */
const FIRST_STATE = z.object({
  ...PARTS,
  schema: z.optional(z.undefined()),
  entries: z.record(z.string(), z.array(FIRST_ENTRY)),
});

/** A state as the table keeps it. */
export type EncodedState = string | Uint8Array;

/** A table counts in KB, keys included; below one there is nothing to gain. */
const DEFLATE_FROM_CHARS = 900;
const STATE_BYTES_MAX = 16 * 1024 * 1024;
/** States are a few KB, and getting the memory of a larger window takes longer than deflating them. */
const DEFLATE = { windowBits: 13, memLevel: 5 } as const;

export function encodeState({ lastRun, entries, profiles, counts }: EntityState): EncodedState {
  const places = new Map<string, number>();
  const coded = mapValues(entries, (kept) => kept.map((entry) => fromEntry(entry, places)));
  const text = JSON.stringify({
    schema: 2,
    lastRun,
    texts: [...places.keys()],
    entries: coded,
    profiles: mapValues(profiles, fromProfile),
    counts: mapValues(counts, (history) => [...history]),
  });
  return text.length < DEFLATE_FROM_CHARS ? text : deflateRawSync(text, DEFLATE);
}

/** @throws when it is not what {@link encodeState} writes, or wrote in its first version */
export function decodeState(encoded: EncodedState): EntityState {
  const text =
    typeof encoded === 'string'
      ? encoded
      : inflateRawSync(encoded, { maxOutputLength: STATE_BYTES_MAX }).toString('utf8');
  const stored = z.parse(z.union([STATE, FIRST_STATE]), JSON.parse(text));
  return {
    lastRun: stored.lastRun,
    entries: entriesOf(stored),
    profiles: mapValues(stored.profiles, toProfile),
    counts: mapValues(stored.counts, (history) => new Map(history)),
  };
}

function fromEntry(entry: Entry, places: Map<string, number>): z.infer<typeof ENTRY> {
  const placeOf = (text: string): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    const place = places.size;
    places.set(text, place);
    return place;
  };
  const { ms, logId, note, mark, value, counted } = entry;
  return [ms, placeOf(logId), placeOf(note), placeOf(mark), placeOf(value), counted ? 1 : 0];
}

function entriesOf(
  stored: z.infer<typeof STATE> | z.infer<typeof FIRST_STATE>,
): EntityState['entries'] {
  if (stored.schema === undefined) {
    return mapValues(stored.entries, (kept) =>
      kept.map(([ms, logId, note, mark, value, counted]) => ({
        ms,
        logId,
        note,
        mark,
        value,
        counted,
      })),
    );
  }
  const { texts } = stored;
  const textAt = (place: number): string => {
    const text = texts[place];
    if (text === undefined) throw new Error(`There is no text ${place} in the state`);
    return text;
  };
  return mapValues(stored.entries, (kept) =>
    kept.map(([ms, logId, note, mark, value, counted]) => ({
      ms,
      logId: textAt(logId),
      note: textAt(note),
      mark: textAt(mark),
      value: textAt(value),
      counted: counted === 1,
    })),
  );
}

const fromProfile = ({ values, ...rest }: ProfileState) => ({
  ...rest,
  values: Object.fromEntries(values.map(({ value, first, last }) => [value, [first, last]])),
});

const toProfile = ({ values, ...rest }: z.infer<typeof PROFILE>): ProfileState => ({
  ...rest,
  values: Object.entries(values).map(([value, [first, last]]) => ({ value, first, last })),
});

const mapValues = <A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
