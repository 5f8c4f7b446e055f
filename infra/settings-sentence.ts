import type { z } from 'zod';

/** What a sentence says of an object as a whole. */
export interface Form {
  readonly fields: readonly string[];
  /** What the object has. */
  readonly content: string;
  /** The file that shows one. */
  readonly example: string;
  /** What follows the advice to correct the spelling. */
  readonly hint: string;
}

/**
 * Says of a wrong setting where it is, what was expected and what to do. Values stay out of it: what
 * is in the wrong field may be a secret.
 *
 * @param place the file and the part of it that was looked at
 */
export function sentence(place: string, issue: z.core.$ZodIssue, form: Form): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    if (path !== '') {
      return `${place}, field "${path}", unknown field ${keys}: correct the spelling or remove it.`;
    }
    return `${place}, unknown field ${keys}: expected only ${form.fields.join(', ')}; correct the spelling or remove it${form.hint}.`;
  }
  if (path === '') {
    return `${place}: expected an object with ${form.content}; see ${form.example} for the form.`;
  }
  return `${place}, field "${path}": ${messageOf(issue)}.`;
}

/** Of a wrong key of a record the issue itself says no more than that it is wrong. */
const messageOf = (issue: z.core.$ZodIssue): string =>
  (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
