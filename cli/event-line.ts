import { at, type EventFacts, text } from '../lambda/auth0/event-facts.ts';
import type { ReadEvent } from '../lambda/search/hit.ts';
import { printable } from './printable.ts';

/** More of one value is never shown. */
const VALUE_CHARS_MAX = 80;

/** An event as one line for people, the time first; what it holds can't act on the terminal. */
export function eventLine({ hit, facts, values }: ReadEvent): string {
  const time = new Date(hit.timeMs).toISOString().slice(0, 19).replace('T', ' ');
  const said = [
    facts.type.category === 'unknown' ? `${values.event_name} ${facts.code}` : values.event_name,
    values.user_name ?? values.user_id,
    values.ip,
    values.country,
    values.client_name ?? values.client_id,
    reasonOf(facts),
  ].filter((value) => value !== undefined && value !== '');
  return [time, ...said.map((value) => shortened(value ?? ''))].join('  ');
}

/** Why something failed, or what the event says of itself. */
const reasonOf = ({ details, description }: EventFacts): string | undefined =>
  description ?? text(at(details, 'error', 'message'));

function shortened(value: string): string {
  const shown = printable(value.slice(0, VALUE_CHARS_MAX).toWellFormed());
  return value.length > VALUE_CHARS_MAX ? `${shown}…` : shown;
}
