import { factsOf } from '../lambda/auth0/event-facts.ts';
import { searchValues } from '../lambda/lake/search-columns.ts';
import type { Hit } from '../lambda/search/hit.ts';
import { hitsTable } from './hits-table.ts';
import { printableJson } from './printable.ts';

/** How hits are printed: a table for people, a JSON object each, or the events themselves. */
export type OutputForm = 'table' | 'json' | 'raw';

/** The text of the hits; what an event holds can not act on the terminal. */
export function showHits(hits: readonly Hit[], form: OutputForm, width: number): string {
  if (form === 'table') return hitsTable(hits, width);
  const text = form === 'raw' ? ({ raw }: Hit) => raw : flatJson;
  return hits.map((hit) => `${printableJson(text(hit))}\n`).join('');
}

/** What is known of an event, flat, and the event itself under `raw`. */
export function flatJson({ tenant, timeMs, raw }: Hit): string {
  const event = JSON.parse(raw);
  const facts = factsOf(event);
  const { archive_key: _unknown, ...values } = searchValues(facts, '');
  const time = new Date(timeMs).toISOString();
  return JSON.stringify({ tenant, time, ...values, description: facts.description, raw: event });
}

/** `1,234 events` */
export const countOf = (value: number, one: string, many: string = `${one}s`): string =>
  `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;
