import { type Html, html } from './html.ts';

/** `1,234 events` */
export const countOf = (value: number, one: string, many: string = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export const count = (value: number): string => value.toLocaleString('en-US');

/** A moment in UTC, to the second. */
export function time(ms: number): Html {
  const iso = isoOf(ms);
  return iso === undefined
    ? html`–`
    : html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')}</time>`;
}

/** The same of an ISO text out of the books, which may be anything. */
export const timeOf = (text: string | undefined): Html => {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? html`${text || '–'}` : time(ms);
};

/** Hours and minutes in UTC. */
export const clockOf = (ms: number): string => isoOf(ms)?.slice(11, 16) ?? '–';

/** A badge that says its meaning by shape and word as well as by colour. */
export function badge(colour: string, word: string): Html {
  return html`<span class="badge ${colour}"><span class="shape" aria-hidden="true"></span><span class="unseen">${colour}: </span>${word}</span>`;
}

function isoOf(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
