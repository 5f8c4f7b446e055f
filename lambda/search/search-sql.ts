import { EVENTS_VIEW } from './events-view.ts';
import { LIKE_ESCAPE, toLike } from './pattern.ts';
import { FIELD_COLUMNS, type Query, type Term } from './query.ts';
import { type Sql, textLiteral } from './sql.ts';

/** What to look for, and where. */
export interface Search {
  readonly query: Query;
  /** All tenants when undefined. */
  readonly tenant: string | undefined;
  /** Milliseconds since 1970: events at this time and later, and events before the other. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** So many of the newest. */
  readonly limit: number;
}

/**
 * The search as a statement on the events view; it answers with tenant, time in UTC, log id and text. Its text depends on the shape of the search alone:
 * whatever somebody typed is a parameter.
 */
export function searchSql(search: Search, view: string = EVENTS_VIEW): Sql {
  const conditions = [...rangeConditions(search), ...search.query.map(termSql)];
  const where = conditions.map(({ text }) => text).join('\n  AND ');
  return {
    text: [
      'SELECT tenant, CAST(time AS varchar) AS event_time, log_id, raw',
      `FROM ${view}`,
      ...(where === '' ? [] : [`WHERE ${where}`]),
      'ORDER BY time DESC, log_id DESC',
      // Parameters may stand in WHERE only; this is a number of ours.
      `LIMIT ${Math.trunc(search.limit)}`,
    ].join('\n'),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

function rangeConditions({ tenant, fromMs, toMs }: Search): Sql[] {
  return [
    ...(tenant === undefined ? [] : [{ text: 'tenant = ?', parameters: [textLiteral(tenant)] }]),
    ...(fromMs === undefined ? [] : [bound('>=', fromMs, fromMs)]),
    ...(toMs === undefined ? [] : [bound('<', toMs, toMs - 1)]),
  ];
}

/** The day is named too, since it is what the objects are partitioned by. */
function bound(operator: '>=' | '<', ms: number, dayMs: number): Sql {
  const time = new Date(ms).toISOString().replace('T', ' ').slice(0, -1);
  const day = new Date(dayMs).toISOString().slice(0, 10);
  return {
    text: `time ${operator} CAST(? AS timestamp(3)) AND day ${operator === '<' ? '<=' : operator} ?`,
    parameters: [textLiteral(time), textLiteral(day)],
  };
}

function termSql(term: Term): Sql {
  const likes =
    term.kind === 'word'
      ? term.anyOf.map((pattern) => like('raw', toLike(['', ...pattern, ''])))
      : FIELD_COLUMNS[term.field].flatMap((column) =>
          term.anyOf.map((pattern) => like(column, toLike(pattern))),
        );
  const either = `(${likes.map(({ text }) => text).join(' OR ')})`;
  return {
    text: term.isNegated ? `NOT ${either}` : either,
    parameters: likes.flatMap(({ parameters }) => parameters),
  };
}

/** A missing value is like nothing; left unknown, its opposite would not hold either. */
const like = (column: string, pattern: string): Sql => ({
  text: `coalesce(lower(${column}) LIKE ? ESCAPE '${LIKE_ESCAPE}', false)`,
  parameters: [textLiteral(pattern)],
});
