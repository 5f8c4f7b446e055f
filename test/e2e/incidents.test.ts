import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../../lambda/detect/rules/catalogue.ts';
import { DETECTION_TABLE, ENV } from '../../lambda/platform/names.ts';
import { openDataFolder } from '../../local/data-folder.ts';
import { type Outcome, runCommand, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
let run: Outcome;
beforeAll(async () => {
  run = await runCommand('local/start.ts', ['--once', '--events', '5000', '--data', folder.path]);
});
afterAll(() => folder.remove());

const collector = (...args: string[]): Promise<Outcome> =>
  runCommand('cli/collector.ts', [...args, '--local', folder.path]);

const objects = ({ stdout }: Outcome): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** How many incidents the table holds: what no command may change by looking. */
async function kept(): Promise<number> {
  const { resources, stop } = await openDataFolder(folder.path);
  const dynamo = new DynamoDBClient();
  const { Count = 0 } = await dynamo.send(
    new QueryCommand({
      TableName: resources[ENV.detectionTable],
      KeyConditionExpression: '#entity = :incidents AND begins_with(#item, :prefix)',
      ExpressionAttributeNames: {
        '#entity': DETECTION_TABLE.partitionKey,
        '#item': DETECTION_TABLE.sortKey,
      },
      ExpressionAttributeValues: {
        ':incidents': { S: 'acme#incidents' },
        ':prefix': { S: 'incident#' },
      },
    }),
  );
  dynamo.destroy();
  await stop();
  return Count;
}

describe('a first run', () => {
  it('tells a story of each family', () => {
    expect(run.code).toBe(0);
    for (const family of [
      'Administrative Actions',
      'User Login Anomaly',
      'User Behavior Anomaly',
    ]) {
      expect(run.stdout).toContain(`\n${family}, rule A0-`);
    }
    expect(run.stdout).toContain('What to do: ');
  });
});

describe('the incidents of a data folder', () => {
  it('are listed, the newest first, as a table and as JSON', async () => {
    const listed = objects(await collector('incidents', '--since', '60d', '--json'));
    expect(listed.length).toBe(await kept());
    const times = listed.map(({ lastSeenMs }) => Number(lastSeenMs));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const table = await collector('incidents', '--since', '60d');
    expect(table.stdout.trimEnd().split('\n')).toHaveLength(listed.length + 1);
    expect(table.stderr).toBe(`${listed.length} incidents\n`);
  });

  it('are listed of one family, and of a time', async () => {
    const own = objects(
      await collector('incidents', '--since', '60d', '--family', 'behavior', '--json'),
    );
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own.map(({ family }) => family))).toEqual(new Set(['behavior']));
    expect(objects(await collector('incidents', '--since', '1m', '--json'))).toEqual([]);
  });

  it('are listed no further than a limit, which is said', async () => {
    const all = objects(await collector('incidents', '--since', '60d', '--json'));
    const some = await collector('incidents', '--since', '60d', '--limit', '3', '--json');
    expect(objects(some)).toEqual(all.slice(0, 3));
    expect(some.stderr).toBe('3 incidents; there are more than --limit 3\n');
    const exactly = ['--since', '60d', '--limit', `${all.length}`];
    expect((await collector('incidents', ...exactly)).stderr).toBe(`${all.length} incidents\n`);
  });

  it('each have a story', async () => {
    const [first] = objects(await collector('incidents', '--since', '60d', '--json'));
    const { stdout, code } = await collector('incident', String(first?.['id']));
    expect(code).toBe(0);
    expect(stdout).toContain(`incident ${first?.['id']}`);
    expect(stdout).toContain(String(first?.['title']));
    expect(objects(await collector('incident', String(first?.['id']), '--json'))).toEqual([first]);
  });

  it.each([
    [['incident', 'A0-LOG-01-20200101-000000000000'], 'There is no incident'],
    [['incidents', '--family', 'nonsense'], 'Allowed choices are administrative, login, behavior'],
    [['incidents', '--since', 'yesterday'], '--since "yesterday": expected a time in UTC'],
    [['incidents', '--limit', '0'], '0'],
    [['incidents', '--tenant', 'nobody'], 'There is no tenant "nobody" here (there is: acme)'],
    [['backtest', '--rule', 'A0-LOG-99'], 'There is no such rule'],
  ])('refuse %j in a sentence', async (args, sentence) => {
    const { code, stderr } = await collector(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});

describe('looking back', () => {
  it('finds what a rule raised, and writes nothing', async () => {
    const before = await kept();
    const found = objects(await collector('backtest', '--rule', 'A0-LOG-02', '--json'));
    const raised = objects(await collector('incidents', '--since', '60d', '--json'));
    const own = raised.filter(({ ruleId }) => ruleId === 'A0-LOG-02').map(({ id }) => id);
    expect(own.length).toBeGreaterThan(0);
    expect(found.map(({ id }) => id).sort()).toEqual(own.sort());
    expect(await kept()).toBe(before);
  });

  it('raises nothing twice when all of it is replayed', async () => {
    const before = await kept();
    const { code, stdout, stderr } = await collector('replay', '--json');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`acme: 0 new incidents, ${before} known, in 5,000 events`);
    expect(await kept()).toBe(before);
  });
});

describe('the rules', () => {
  it('are listed with their limits', async () => {
    const { stdout, stderr } = await runCommand('cli/collector.ts', ['rules']);
    for (const { id } of RULES) expect(stdout).toContain(id);
    expect(stderr).toContain(`${RULES.length} rules`);
  });
});
