import { type Html, html } from '../../lambda/console/html.ts';
import { PLAN_NAMES, type PlanName, RETENTION_DAYS } from '../../lambda/platform/names.ts';
import type { Fields } from './form-body.ts';
import { CHARS_MAX, type FieldName, type Problems } from './tenant-fields.ts';

/** A form as it is shown: what was typed into it, and what is wrong with that. */
export interface FormState {
  /** Stands before the ids of its fields, since a page may have several forms. */
  readonly id: string;
  readonly fields: Fields;
  readonly problems: Problems;
}

/** How a field is named and explained. */
export interface FieldWords {
  readonly name: FieldName;
  readonly label: string;
  readonly hint: string;
}

/** A line to type into; what was typed comes back. */
export function textField({ id, fields, problems }: FormState, words: FieldWords): Html {
  const { name, label, hint } = words;
  const own = `${id}-${name}`;
  return html`<p class="field"><label for="${own}">${label}</label>
<input id="${own}" name="${name}" value="${fields[name] ?? ''}" maxlength="${CHARS_MAX[name]}" autocomplete="off" autocapitalize="none" spellcheck="false" aria-invalid="${invalid(problems[name])}" aria-describedby="${own}-hint ${own}-problem">
${notes(own, hint, problems[name])}</p>`;
}

/** The same for the client secret, which never comes back. */
export function secretField({ id, problems }: FormState, { name, label, hint }: FieldWords): Html {
  const own = `${id}-${name}`;
  return html`<p class="field"><label for="${own}">${label}</label>
<input id="${own}" name="${name}" type="password" maxlength="${CHARS_MAX[name]}" autocomplete="off" spellcheck="false" aria-invalid="${invalid(problems[name])}" aria-describedby="${own}-hint ${own}-problem">
${notes(own, hint, problems[name])}</p>`;
}

/** The choice of the plan. Which one a tenant of Auth0 has, only its owner knows. */
export function planField({ id, fields, problems }: FormState, preset: PlanName | undefined): Html {
  const own = `${id}-plan`;
  const chosen = PLAN_NAMES.find((plan) => plan === fields['plan']) ?? preset;
  return html`<p class="field"><label for="${own}">Auth0 plan</label>
<select id="${own}" name="plan" aria-invalid="${invalid(problems.plan)}" aria-describedby="${own}-hint ${own}-problem">${chosen === undefined ? html`<option value="">choose</option>` : undefined}${PLAN_NAMES.map(
    (plan) => {
      const words = `${plan}, keeps logs for ${RETENTION_DAYS[plan]} d`;
      return plan === chosen
        ? html`<option value="${plan}" selected>${words}</option>`
        : html`<option value="${plan}">${words}</option>`;
    },
  )}</select>
${notes(own, 'It decides how far back the logs go and how fast they may be read.', problems.plan)}</p>`;
}

const CLIENT_ID = {
  name: 'clientId',
  label: 'Client id',
  hint: 'Of a Machine to Machine application with the permission read:logs.',
} as const;
const CLIENT_SECRET = {
  name: 'clientSecret',
  label: 'Client secret',
  hint: 'It is kept in the data folder, readable by you alone and not encrypted, and is never shown.',
} as const;

export const credentialFields = (state: FormState): Html =>
  html`${textField(state, CLIENT_ID)}${secretField(state, CLIENT_SECRET)}`;

/** Says above a form that something in it is wrong, to those who can't see the fields as well. */
export const problemCount = ({ problems }: FormState): Html | undefined => {
  const count = Object.keys(problems).length;
  if (count === 0) return undefined;
  const words = count === 1 ? 'One field is' : `${count} fields are`;
  return html`<p class="problem words" role="alert">Nothing was changed: ${words} not as expected.</p>`;
};

const invalid = (problem: string | undefined): string => (problem === undefined ? 'false' : 'true');

const notes = (own: string, hint: string, problem: string | undefined): Html =>
  html`<small id="${own}-hint">${hint}</small><small id="${own}-problem" class="problem words">${problem}</small>`;
