import { LOG_ID_CHARS_MAX } from './log-event.ts';

/** What the `Link` header said about the next page. */
export type NextLink =
  | { readonly kind: 'from'; readonly from: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly why: string };

const NEXT_LINK_PATTERN = /<([^<>]{1,8192})>\s*;[^,<]{0,1024}\brel=(?:"next"|next(?=[\s;,]|$))/i;

/**
 * Reads `Link: <url>; rel="next"` of a page. Only its `from` is kept: host and path must be those
 * of the page itself, or the token could be led to somebody else's server.
 */
export function readNextLink(header: string | undefined, pageUrl: URL): NextLink {
  const target = header === undefined ? undefined : NEXT_LINK_PATTERN.exec(header)?.[1];
  if (target === undefined) return { kind: 'none' };
  let url: URL;
  try {
    url = new URL(target, pageUrl);
  } catch {
    return { kind: 'refused', why: 'it is not a URL' };
  }
  if (url.origin !== pageUrl.origin) return { kind: 'refused', why: `its host is ${url.host}` };
  if (url.pathname !== pageUrl.pathname) {
    return { kind: 'refused', why: `its path is ${url.pathname.slice(0, 100)}` };
  }
  const from = url.searchParams.get('from');
  if (from === null || from === '' || from.length > LOG_ID_CHARS_MAX) {
    return { kind: 'refused', why: 'it has no usable "from"' };
  }
  return { kind: 'from', from };
}
