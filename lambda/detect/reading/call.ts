import { type ApiCall, object } from '../../auth0/event-facts.ts';
import { answeredOnce } from './answered-once.ts';

/** What stands in a path where its template has names: decoded, never empty. */
export type PathParts = Readonly<Record<string, string>>;

/** Methods with spaces between, a path template, and what the call means. */
export type CallRow<T> = readonly [methods: string, template: string, meaning: T];

/** One more segment than the longest template has; what is longer matches none. */
const SEGMENTS_MAX = 10;

/**
 * Reads a Management API call that succeeded against a path template such as
 * `users/{id}/authentication-methods/{method}`: the parts that the names stand for, or undefined
 * when it is another call or a failed one. Descriptions change with every release of Auth0, and two
 * paths of one call differ in prefix only; so the path without its prefix is what counts.
 *
 * A segment is decoded after the path is split: an id with an encoded slash stays one segment. A
 * call whose status was not logged counts as a success: Auth0 logs no others as `sapi`.
 *
 * @param methods in upper case, with spaces between: `PATCH PUT`
 */
export function isCall(
  call: ApiCall | undefined,
  methods: string,
  template: string,
): PathParts | undefined {
  if (call === undefined || !isSuccess(call)) return undefined;
  if (!piecesOf(methods, ' ').includes(call.method)) return undefined;
  const wanted = piecesOf(template, '/');
  const segments = segmentsOf(call);
  if (segments.length !== wanted.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, literal] of wanted.entries()) {
    const segment = segments[index] ?? '';
    if (segment === '') return undefined;
    if (literal.startsWith('{')) parts[literal.slice(1, -1)] = segment;
    else if (segment.toLowerCase() !== literal) return undefined;
  }
  return parts;
}

/** Templates and lists of methods are few and asked for all the time. */
const PIECES = new Map<string, readonly string[]>();

function piecesOf(text: string, separator: string): readonly string[] {
  const known = PIECES.get(text);
  if (known !== undefined) return known;
  const pieces = text.split(separator);
  PIECES.set(text, pieces);
  return pieces;
}

/** A call is held against a hundred templates. */
const segmentsOf = answeredOnce((call: ApiCall): readonly string[] =>
  call.path.split('/', SEGMENTS_MAX).map(decoded),
);

/** The first row that the call matches. */
export function callIn<T>(
  call: ApiCall | undefined,
  rows: readonly CallRow<T>[],
): { readonly parts: PathParts; readonly meaning: T } | undefined {
  for (const [methods, template, meaning] of rows) {
    const parts = isCall(call, methods, template);
    if (parts !== undefined) return { parts, meaning };
  }
  return undefined;
}

/** False when the answer to the call was an error or a redirection. */
export const isSuccess = ({ statusCode }: ApiCall): boolean =>
  statusCode === undefined || (statusCode >= 200 && statusCode < 300);

/** What a call sets a key to, or what the answer says that it is now. */
export function setting({ requestBody, responseBody }: ApiCall, key: string): unknown {
  return own(requestBody, key) ?? own(responseBody, key);
}

/** What a call itself sets a key to. */
export const requested = ({ requestBody }: ApiCall, key: string): unknown => own(requestBody, key);

function own(body: unknown, key: string): unknown {
  const fields = object(body);
  return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
