/** A statement with `?` for each parameter, in order. Each parameter is an SQL expression. */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly string[];
}

/**
 * A text as an SQL literal. Athena puts each execution parameter into the statement as an expression,
 * so a text has to come in quotes, its own quotes doubled; a backslash means nothing in Trino.
 * (Athena User Guide, "Use parameterized queries")
 */
export const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The longest parameter that Athena takes (API reference, `StartQueryExecution`). */
export const PARAMETER_CHARS_MAX = 1_024;
