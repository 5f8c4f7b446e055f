import { at, type EventFacts, factsOf, text } from '../lambda/auth0/event-facts.ts';
import { type SearchValues, searchValues } from '../lambda/lake/search-columns.ts';
import type { Hit } from '../lambda/search/hit.ts';
import { type PlainColumn, plainTable } from './plain-table.ts';

interface Column extends PlainColumn {
  readonly value: (hit: Hit, values: SearchValues, facts: EventFacts) => string | undefined;
}

const COLUMNS: readonly Column[] = [
  {
    title: 'TENANT',
    widthMin: 4,
    widthMax: 16,
    value: ({ tenant }) => tenant,
  },
  {
    title: 'TIME (UTC)',
    widthMin: 19,
    widthMax: 19,
    value: ({ timeMs }) => new Date(timeMs).toISOString().slice(0, 19).replace('T', ' '),
  },
  { title: 'TYPE', widthMin: 8, widthMax: 30, value: (_hit, { event_name: name }) => name },
  {
    title: 'USER',
    widthMin: 8,
    widthMax: 32,
    value: (_hit, { user_id: id, user_name: name }) => name ?? id,
  },
  { title: 'IP', widthMin: 8, widthMax: 39, value: (_hit, { ip }) => ip },
  { title: 'CC', widthMin: 2, widthMax: 2, value: (_hit, { country }) => country },
  {
    title: 'CLIENT',
    widthMin: 8,
    widthMax: 24,
    value: (_hit, { client_id: id, client_name: name }) => name ?? id,
  },
  { title: 'REASON', widthMin: 8, widthMax: 80, value: (_hit, _values, facts) => reasonOf(facts) },
];

/** Why something failed, or what the event says of itself. */
const reasonOf = ({ details, description }: EventFacts): string | undefined =>
  description ?? text(at(details, 'error', 'message'));

/** The hits as a table for people, in lines of so many characters where that is possible. */
export function hitsTable(hits: readonly Hit[], width: number): string {
  const isOneTenant = new Set(hits.map(({ tenant }) => tenant)).size <= 1;
  const columns = isOneTenant ? COLUMNS.slice(1) : COLUMNS;
  const rows = hits.map((hit) => {
    const facts = factsOf(JSON.parse(hit.raw));
    const values = searchValues(facts, '');
    return columns.map(({ value }) => value(hit, values, facts));
  });
  return plainTable(columns, rows, width);
}
