import type { Html } from '../../lambda/console/html.ts';
import { documentOf } from './document.ts';
import { NO_SEARCH, type SearchInput } from './search-page.ts';
import type { LocalTenants } from './tenants.ts';

/** What is sent to the browser: a text, or where to go on. */
export type Answer = TextAnswer | SeeOther;

export interface TextAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The page after a form, so that reloading it does not send the form again. */
export interface SeeOther {
  readonly status: 303;
  /** A path of the console. */
  readonly location: string;
}

export const seeOther = (location: string): SeeOther => ({ status: 303, location });

export const plain = (status: number, body: string): TextAnswer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

/** A whole page. */
export const pageAnswer = (
  { changes }: LocalTenants,
  title: string,
  content: Html,
  { status = 200, search = NO_SEARCH }: { status?: number; search?: SearchInput } = {},
): TextAnswer => ({
  status,
  type: 'text/html; charset=utf-8',
  body: documentOf(title, content, search, changes !== undefined),
});
