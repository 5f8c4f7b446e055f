import { fold, isWhole, isWithin } from './pattern.ts';
import {
  FIELD_COLUMNS,
  type FieldColumn,
  type FieldTerm,
  type Query,
  type Term,
  type WordTerm,
} from './query.ts';

/** An event as a search sees it: columns that may be missing, and its text, masked. */
export type SearchRow = Readonly<Partial<Record<FieldColumn, string | null | undefined>>> & {
  readonly raw: string;
};

/** Gives the value of a column of an event. */
export type ColumnOf = (name: FieldColumn) => unknown;

/** A term about columns, made ready. */
export interface ColumnTerm {
  readonly columns: readonly FieldColumn[];
  holds(columnOf: ColumnOf): boolean;
}

/** A query made ready to be put to many events. */
export interface Matcher {
  /** What it says about columns; each rules events out that need not be read any further. */
  readonly columnTerms: readonly ColumnTerm[];
  /** The id of the only event that can match, when the query names one. */
  readonly logId: string | undefined;
  /** What it says about the event's text. */
  matchesText(raw: string): boolean;
  /** All that it says. */
  matches(row: SearchRow): boolean;
}

export function createMatcher(query: Query): Matcher {
  const columnTerms = query.filter((term) => term.kind === 'field').map(readyField);
  const words = query.filter((term) => term.kind === 'word').map(readyWord);
  const matchesText = (raw: string) => {
    if (words.length === 0) return true;
    const folded = fold(raw);
    return words.every((holds) => holds(folded));
  };
  return {
    columnTerms,
    logId: query.map(onlyLogId).find((id) => id !== undefined),
    matchesText,
    matches: (row) =>
      columnTerms.every(({ holds }) => holds((name) => row[name])) && matchesText(row.raw),
  };
}

/** The id that a term demands; digits are the same in upper and lower case. */
function onlyLogId(term: Term): string | undefined {
  if (term.kind !== 'field' || term.field !== 'log_id' || term.isNegated) return undefined;
  const [[id = '', ...more] = [], ...others] = term.anyOf;
  return more.length + others.length === 0 && /^\d+$/.test(id) ? id : undefined;
}

function readyWord({ isNegated, anyOf }: WordTerm): (foldedText: string) => boolean {
  const patterns = anyOf.map(isWithin);
  return (folded) => patterns.some((isIn) => isIn(folded)) !== isNegated;
}

function readyField({ isNegated, field, anyOf }: FieldTerm): ColumnTerm {
  const columns = FIELD_COLUMNS[field];
  const patterns = anyOf.map(isWhole);
  const isOne = (value: unknown): boolean => {
    if (typeof value !== 'string') return false;
    const folded = fold(value);
    return patterns.some((is) => is(folded));
  };
  return {
    columns,
    holds: (columnOf) => columns.some((name) => isOne(columnOf(name))) !== isNegated,
  };
}
