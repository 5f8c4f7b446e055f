/** What a search looks at of each event. */
export interface Searchable {
  readonly dateMs: number;
  readonly logId: string;
  /** The event itself, for fields other than date and log id. */
  readonly event: () => Readonly<Record<string, unknown>>;
}

export type Matcher = (candidate: Searchable) => boolean;

/** The fields that Auth0 lets one search (docs: "Log Search Query Syntax"). */
const FIELDS = [
  'client_id',
  'client_name',
  'connection',
  'connection_id',
  'date',
  'description',
  'hostname',
  'ip',
  'log_id',
  'organization_id',
  'strategy',
  'strategy_type',
  'type',
  'user_agent',
  'user_id',
  'user_name',
];

const TERM_PATTERN = /^([a-z_]+):(?:([[{])(\S+) TO (\S+)([\]}])|"([^"]*)"|(\S+))$/;

/**
 * Reads the part of the query language that clients use to walk through logs: terms joined by AND,
 * each `field:value`, `field:"value"` or a range `field:[a TO b}` on `date` or `log_id`.
 *
 * @returns why the query is refused, in the words of an API
 */
export function parseSearchQuery(q: string): Matcher | { readonly error: string } {
  const matchers: Matcher[] = [];
  for (const term of q.split(/ AND (?=[a-z_]+:)/)) {
    const parts = TERM_PATTERN.exec(term.trim());
    if (parts === null) return { error: `cannot read "${term}"` };
    const field = parts[1] ?? '';
    if (!FIELDS.includes(field)) return { error: `unknown field "${field}"` };
    const range = parts[2] === undefined ? undefined : rangeOf(parts);
    if (field === 'date' && range !== undefined && !isReadable(range)) {
      return { error: `cannot read "${term}"` };
    }
    const matcher =
      range === undefined ? exact(field, parts[6] ?? parts[7] ?? '') : within(field, range);
    if (matcher === undefined) return { error: `field "${field}" cannot be searched by range` };
    matchers.push(matcher);
  }
  return (candidate) => matchers.every((matches) => matches(candidate));
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly isFromIncluded: boolean;
  readonly isToIncluded: boolean;
}

const rangeOf = (parts: RegExpExecArray): Range => ({
  from: parts[3] ?? '*',
  to: parts[4] ?? '*',
  isFromIncluded: parts[2] === '[',
  isToIncluded: parts[5] === ']',
});

const isReadable = ({ from, to }: Range): boolean =>
  [from, to].every((end) => end === '*' || !Number.isNaN(Date.parse(end)));

function within(field: string, range: Range): Matcher | undefined {
  if (field === 'date') {
    const fromMs = range.from === '*' ? Number.NEGATIVE_INFINITY : Date.parse(range.from);
    const toMs = range.to === '*' ? Number.POSITIVE_INFINITY : Date.parse(range.to);
    return ({ dateMs }) => isBetween(dateMs - fromMs, toMs - dateMs, range);
  }
  if (field !== 'log_id') return undefined;
  return ({ logId }) =>
    isBetween(
      range.from === '*' ? 1 : logId.localeCompare(range.from),
      range.to === '*' ? 1 : range.to.localeCompare(logId),
      range,
    );
}

const isBetween = (aboveFrom: number, belowTo: number, range: Range): boolean =>
  (range.isFromIncluded ? aboveFrom >= 0 : aboveFrom > 0) &&
  (range.isToIncluded ? belowTo >= 0 : belowTo > 0);

const exact =
  (field: string, value: string): Matcher =>
  (candidate) =>
    field === 'log_id' ? candidate.logId === value : candidate.event()[field] === value;
