import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from '../../lambda/auth0/event-facts.ts';
import { EVENT_TYPES } from '../../lambda/auth0/event-types.ts';
import { searchValues } from '../../lambda/lake/search-columns.ts';
import { createMatcher } from '../../lambda/search/match.ts';
import { NAMED_QUERIES } from '../../lambda/search/named-queries.ts';
import { parseQuery } from '../../lambda/search/parse-query.ts';
import { searchSql } from '../../lambda/search/search-sql.ts';
import { textLiteral } from '../../lambda/search/sql.ts';
import { temporaryFolder } from '../e2e/command.ts';
import { type Database, openDatabase, type Row } from './duckdb.ts';
import { createTables, lakeRows, recentEvents, writeLake } from './tables.ts';

/** Rate limits are hit too seldom to be among them by chance. */
const EVENTS = recentEvents(3_000, 30).map((line, index) =>
  index % 500 === 7 ? JSON.stringify({ ...JSON.parse(line), type: 'api_limit' }) : line,
);
/** The compactor has come so far; all behind it is in the archive only. */
const COMPACTED = 2_000;

const folder = temporaryFolder();
let database: Database;
beforeAll(async () => {
  writeLake(folder.path, lakeRows(EVENTS.slice(0, COMPACTED)));
  database = await openDatabase();
  // The archive of the last days has what is in the lake, too.
  await createTables(database, folder.path, EVENTS.slice(500));
});
afterAll(() => {
  database.close();
  folder.remove();
});

const query = (text: string, ...parameters: string[]): Promise<Row[]> =>
  database.run({ text, parameters });
const logIdOf = (line: string): string => JSON.parse(line).log_id;

describe('the events view', () => {
  it('has every event once, also those that are not in the lake yet', async () => {
    const rows = await query('SELECT log_id FROM events ORDER BY log_id');
    expect(rows.map((row) => row['log_id'])).toEqual(EVENTS.map(logIdOf));
  });

  it('says the same of an event, whether it comes from the lake or from the archive', async () => {
    const rows = await query('SELECT * FROM events ORDER BY log_id');
    const differences = rows.flatMap((row, index) => {
      const event = JSON.parse(EVENTS[index] ?? '');
      const facts = factsOf(event);
      const { archive_key: _none, ...values } = searchValues(facts, '');
      const expected = {
        ...values,
        tenant: 'acme',
        time: new Date(facts.timeMs ?? 0).toISOString(),
        day: String(event.date).slice(0, 10),
        description: facts.description ?? facts.type.name,
      };
      const time = new Date(`${String(row['time']).replace(' ', 'T')}Z`).toISOString();
      const found: Row = { ...row, time };
      return Object.entries(expected).flatMap(([name, value]) =>
        (found[name] ?? undefined) === value ? [] : [[index, name, found[name], value]],
      );
    });
    expect(differences).toEqual([]);
  });

  it('keeps odd events of the archive: no date, an unreadable one, values of other types', async () => {
    const own = await openDatabase();
    const ownFolder = temporaryFolder();
    const [sample = ''] = recentEvents(1, 1);
    const odd = [
      { date: undefined },
      { date: 'yesterday' },
      { type: 'no_such_type', ip: 7, description: '' },
      { type: undefined, location_info: 'nowhere', details: [] },
    ].map((change, index) =>
      JSON.stringify({ ...JSON.parse(sample), log_id: `${logIdOf(sample)}${index}`, ...change }),
    );
    await createTables(own, ownFolder.path, []);
    const today = new Date().toISOString().slice(0, 10);
    for (const line of odd) {
      await own.execute(`INSERT INTO archive VALUES ('acme', '${today}', ${textLiteral(line)})`);
    }
    const rows = await own.run({ text: 'SELECT * FROM events ORDER BY log_id', parameters: [] });
    expect(rows.map((row) => [row['day'], row['event_code'], row['event_name']])).toEqual([
      [today, expect.any(String), expect.any(String)],
      [today, expect.any(String), expect.any(String)],
      [today, 'no_such_type', 'Unknown event type'],
      [today, 'unknown', 'Unknown event type'],
    ]);
    own.close();
    ownFolder.remove();
  });

  it.each([
    'wrong password',
    'type:fp -country:US',
    'type:"Login failed*"',
    'user:*@example.org -ip:2001:db8:*',
    'client:*portal* connection:Username-*',
    'user:auth0*',
  ])('answers the search %s as the matcher does', async (text) => {
    const parsed = parseQuery(text);
    const matcher = createMatcher(parsed);
    const expected = EVENTS.filter((line) =>
      matcher.matches({ ...searchValues(factsOf(JSON.parse(line)), ''), raw: line }),
    );
    const everything = { tenant: 'acme', fromMs: undefined, toMs: undefined, limit: 5_000 };
    const rows = await database.run(searchSql({ ...everything, query: parsed }));
    expect(rows.length).toBeGreaterThan(0);
    // The lake masks secrets, so what is found by nothing else than a secret is not found there.
    expect(rows.map((row) => row['log_id']).sort()).toEqual(expected.map(logIdOf).sort());
  });
});

describe('the named queries', () => {
  const run = async (name: string, ...parameters: string[]): Promise<Row[]> => {
    const named = NAMED_QUERIES.find((each) => each.name === name);
    if (named === undefined) throw new Error(`there is no query "${name}"`);
    return query(named.sql, ...parameters);
  };
  const events = EVENTS.map((line) => factsOf(JSON.parse(line)));
  const ofCategory = (category: string) =>
    events.filter(({ type }) => type.category === category).length;
  const sum = (rows: readonly Row[], column: string): number =>
    rows.reduce((total, row) => total + Number(row[column]), 0);

  it('have names of their own and bounds', () => {
    expect(new Set(NAMED_QUERIES.map(({ name }) => name)).size).toBe(NAMED_QUERIES.length);
    for (const { sql } of NAMED_QUERIES) expect(sql).toMatch(/day >= [\s\S]*LIMIT 1000$/);
  });

  it.each([
    ['Failed logins by reason', 'failures', 'login-failure'],
    ['Failed logins by IP address', 'failures', 'login-failure'],
    ['Failed logins by country', 'failures', 'login-failure'],
    ['Token exchanges by application', 'exchanges', 'token-exchange'],
    ['Rate limit hits', 'hits', 'rate-limit'],
  ])('%s counts every event of its kind', async (name, column, category) => {
    const count = ofCategory(category);
    expect(count).toBeGreaterThan(0);
    expect(sum(await run(name), column)).toBe(count);
  });

  it('count failed token exchanges apart', async () => {
    const failed = events.filter(
      ({ code, type }) =>
        type.category === 'token-exchange' && EVENT_TYPES[code]?.outcome === 'failure',
    );
    expect(sum(await run('Token exchanges by application'), 'failures')).toBe(failed.length);
  });

  it('show what administrators changed and leave out what they only read', async () => {
    const rows = await run('What administrators changed');
    const changes = events
      .slice(0, COMPACTED)
      .filter(({ type, call }) => type.category === 'management-api' && call?.method !== 'GET');
    expect(changes.length).toBeGreaterThan(0);
    expect(rows).toHaveLength(changes.length);
    expect(rows.every((row) => row['method'] !== 'GET')).toBe(true);
    expect(rows.filter((row) => typeof row['path'] === 'string').length).toBeGreaterThan(0);
  });

  it('tell the timeline of one user, by id or by name', async () => {
    const [some] = events.filter(({ call, userId, userName }) => !call && userId && userName);
    const name = some?.userName ?? '';
    const mine = events.filter(({ userName }) => userName === name);
    const byName = await run('Timeline of a user', "'none'", textLiteral(name.toUpperCase()));
    expect(byName).toHaveLength(mine.length);
    const byId = await run('Timeline of a user', textLiteral(some?.userId ?? ''), "'none'");
    expect(byId.length).toBeGreaterThan(0);
  });
});
