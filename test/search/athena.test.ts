import { AthenaClient } from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CollectorError } from '../../lambda/platform/errors.ts';
import {
  type AthenaAnswer,
  type AthenaProgress,
  type AthenaRun,
  runOnAthena,
} from '../../lambda/search/athena.ts';
import { virtualClock } from '../platform/virtual-clock.ts';
import { type FakeAthena, startFakeAthena } from './fake-athena.ts';

let athena: FakeAthena;
let client: AthenaClient;
beforeEach(async () => {
  athena = await startFakeAthena();
  client = new AthenaClient({
    endpoint: athena.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await athena.close();
});

const clock = virtualClock();

const run = (part: Partial<AthenaRun> = {}): Promise<AthenaAnswer> =>
  runOnAthena(client, clock, {
    sql: { text: 'SELECT 1 WHERE x = ?', parameters: ["'o''brien'"] },
    workgroup: 'collector',
    database: 'lake',
    timeoutMs: 60_000,
    rowsMax: 100,
    ...part,
  });

describe('a statement on Athena', () => {
  it('is waited for and read, page by page, without the names of the columns', async () => {
    athena.rows = [
      ['acme', 'one'],
      ['acme', null],
      ['acme', 'three'],
    ];
    athena.pageRows = 2;
    athena.scannedBytes = 12_345;
    expect(await run()).toEqual({
      rows: [
        ['acme', 'one'],
        ['acme', undefined],
        ['acme', 'three'],
      ],
      scannedBytes: 12_345,
    });
    expect(athena.started).toEqual([{ text: 'SELECT 1 WHERE x = ?', parameters: ["'o''brien'"] }]);
    expect(athena.stopped).toEqual([]);
  });

  it('is read no further than asked for', async () => {
    athena.rows = Array.from({ length: 10 }, (_, index) => [String(index)]);
    athena.pageRows = 4;
    expect((await run({ rowsMax: 5 })).rows).toEqual([['0'], ['1'], ['2'], ['3'], ['4']]);
  });

  it('without parameters names none, which Athena would refuse', async () => {
    await run({ sql: { text: 'SELECT 1', parameters: [] } });
    expect(athena.started).toEqual([{ text: 'SELECT 1', parameters: [] }]);
  });

  it('tells how far it is', async () => {
    athena.scannedBytes = 500;
    const told: AthenaProgress[] = [];
    await run({ onProgress: (progress) => told.push(progress) });
    expect(told.map(({ state, scannedBytes }) => [state, scannedBytes])).toEqual([
      ['queued', 500],
      ['running', 500],
    ]);
  });

  it.each(['FAILED', 'CANCELLED'])('that ended as %s says why', async (state) => {
    athena.states = ['RUNNING', state];
    athena.reason = 'Table not found';
    const failure = await run().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(CollectorError);
    expect(failure).toMatchObject({
      code: 'SEARCH_FAILED',
      message: expect.stringMatching(new RegExp(`${state}: Table not found`)),
    });
    expect(athena.stopped).toEqual([]);
  });

  it('is stopped when its time is up', async () => {
    athena.states = ['RUNNING'];
    const startedAtMs = clock.nowMs();
    await expect(run({ timeoutMs: 10_000 })).rejects.toMatchObject({ code: 'SEARCH_TIMEOUT' });
    expect(athena.stopped).toEqual(['query-1']);
    expect(clock.nowMs() - startedAtMs).toBe(10_000);
  });

  it('is stopped when somebody interrupts it', async () => {
    athena.states = ['RUNNING'];
    const interrupted = new AbortController();
    let looks = 0;
    athena.onLook = () => {
      looks += 1;
      if (looks === 3) interrupted.abort(new Error('interrupted'));
    };
    await expect(run({ signal: interrupted.signal })).rejects.toThrow('interrupted');
    expect(athena.stopped).toEqual(['query-1']);
  });

  it('is stopped when it can not be looked after any more', async () => {
    athena.states = ['RUNNING'];
    athena.looksMax = 1;
    await expect(run()).rejects.toMatchObject({ code: 'AWS_CALL' });
    expect(athena.stopped).toEqual(['query-1']);
  });
});
