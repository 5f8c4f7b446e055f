import { parseQuery, parseTypes } from '../lambda/search/parse-query.ts';
import type { Query } from '../lambda/search/query.ts';
import { QueryError, showQueryError } from '../lambda/search/query-error.ts';
import { UsageError } from '../local/usage-error.ts';

/**
 * The words of a command line as one query.
 *
 * @param command where to read more, such as `search`
 * @throws {UsageError} for an option that does not exist
 */
export function queryOf(words: readonly string[], command: string): string {
  const wrong = words.find((word) => word.startsWith('--'));
  if (wrong === undefined) return words.join(' ');
  throw new UsageError(`unknown option '${wrong}' (see collector ${command} --help)`);
}

/** @throws {UsageError} that shows the place in the query */
export function readQuery(text: string, types: string | undefined): Query {
  try {
    return [...parseQuery(text), ...(types === undefined ? [] : [parseTypes(types)])];
  } catch (thrown) {
    if (thrown instanceof QueryError) throw new UsageError(showQueryError(thrown));
    throw thrown;
  }
}
