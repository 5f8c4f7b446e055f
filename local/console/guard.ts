import type { IncomingHttpHeaders } from 'node:http';

/** What tells where a request comes from. */
export interface Incoming {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Why a request is not answered; undefined when it is. Any page in the browser can reach a port of this
 * machine, also under a name of its own that resolves to 127.0.0.1: so the name has to be ours, and
 * what changes something or is read by a script has to come from our own pages.
 *
 * @param port the one that the console listens on
 */
export function refusal({ method, headers }: Incoming, port: number): string | undefined {
  const host = headers.host ?? '';
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return `The console is at http://127.0.0.1:${port}, and under no other name`;
  }
  const site = headers['sec-fetch-site'] ?? 'none';
  const isOwn = site === 'none' || site === 'same-origin';
  if (method === 'POST') {
    const isOwnForm = isOwn && headers.origin === `http://${host}`;
    return isOwnForm ? undefined : 'Only the console itself may ask this';
  }
  if (method !== 'GET') return 'The console is asked by GET and POST only';
  // A person may follow a link to here; a page may not fetch or embed anything of ours.
  const isFollowed =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isOwn || isFollowed ? undefined : 'Other pages may not read the console';
}

/** No script, style or image but ours, no frame around it, nothing kept by the browser. */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;
