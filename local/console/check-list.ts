import { type Html, html } from '../../lambda/console/html.ts';
import { badge } from '../../lambda/console/shown.ts';
import type { CheckLine } from '../checks/examine.ts';

const COLOURS: Readonly<Record<CheckLine['state'], string>> = {
  ok: 'green',
  warning: 'amber',
  failed: 'red',
  skipped: 'grey',
};

/** Words of a server may be of any length. */
const SAID_CHARS_MAX = 500;

/** What was found out about a tenant, a line for each check, with what to do. */
export const checkList = (lines: readonly CheckLine[]): Html =>
  html`<ul class="checks">${lines.map(
    ({ check, state, said, code, remedy }) =>
      html`<li>${badge(COLOURS[state], state)} <b>${check}</b> <span>${said.slice(0, SAID_CHARS_MAX)}</span>${code === undefined ? undefined : html` <code>${code}</code>`}${remedy === undefined ? undefined : html`<p class="remedy"><b>What to do:</b> ${remedy}</p>`}</li>`,
  )}</ul>`;

/** The same above a form that has changed nothing. */
export const failedChecks = (lines: readonly CheckLine[]): Html =>
  html`<div class="failed-checks" role="alert"><p><b>Nothing was changed:</b> the log of the tenant can not be read with this. Mend what failed, type the client secret again, and try anew.</p>${checkList(lines)}</div>`;
