import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { awsCall } from '../platform/aws.ts';
import type { Clock } from '../platform/clock.ts';
import { CollectorError } from '../platform/errors.ts';
import type { Sql } from './sql.ts';

/** A run of one statement on Athena. */
export interface AthenaRun {
  readonly sql: Sql;
  readonly workgroup: string;
  readonly database: string;
  readonly timeoutMs: number;
  /** Rows read at most. */
  readonly rowsMax: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AthenaProgress) => void;
}

export interface AthenaProgress {
  readonly state: 'queued' | 'running';
  readonly scannedBytes: number;
  readonly elapsedMs: number;
}

export interface AthenaAnswer {
  /** One text per column; undefined for NULL. */
  readonly rows: readonly (readonly (string | undefined)[])[];
  readonly scannedBytes: number;
}

/** Rows of one answer of `GetQueryResults`, at most (API reference). */
const PAGE_ROWS_MAX = 1_000;
const FIRST_LOOK_MS = 250;
const LOOK_MS_MAX = 2_000;

/**
 * Runs a statement and waits for its rows. When the time is up or the signal says so, the statement
 * is stopped: Athena bills what it scans.
 *
 * @throws {CollectorError} SEARCH_FAILED, SEARCH_TIMEOUT, AWS_CALL; the reason of the signal
 */
export async function runOnAthena(
  client: AthenaClient,
  clock: Clock,
  run: AthenaRun,
): Promise<AthenaAnswer> {
  const { sql, workgroup, database } = run;
  const { QueryExecutionId = '' } = await awsCall('Starting the search on Athena', () =>
    client.send(
      new StartQueryExecutionCommand({
        QueryString: sql.text,
        WorkGroup: workgroup,
        QueryExecutionContext: { Database: database },
        ...(sql.parameters.length > 0 && { ExecutionParameters: [...sql.parameters] }),
      }),
    ),
  );
  let isOver = false;
  try {
    const execution = await waitFor(client, clock, QueryExecutionId, run);
    isOver = true;
    return {
      rows: await readRows(client, QueryExecutionId, run.rowsMax),
      scannedBytes: execution.Statistics?.DataScannedInBytes ?? 0,
    };
  } catch (thrown) {
    if (!isOver && !isEnded(thrown)) await stop(client, QueryExecutionId);
    throw thrown;
  }
}

const isEnded = (thrown: unknown): boolean =>
  thrown instanceof CollectorError && thrown.code === 'SEARCH_FAILED';

async function waitFor(
  client: AthenaClient,
  clock: Clock,
  id: string,
  { timeoutMs, signal, onProgress }: AthenaRun,
): Promise<QueryExecution> {
  const startedAtMs = clock.nowMs();
  let lookMs = FIRST_LOOK_MS;
  for (;;) {
    const { QueryExecution: execution } = await awsCall('Looking after the search on Athena', () =>
      client.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
    );
    const state = execution?.Status?.State;
    if (execution !== undefined && state === 'SUCCEEDED') return execution;
    if (state === 'FAILED' || state === 'CANCELLED') {
      const reason = execution?.Status?.StateChangeReason ?? 'no reason given';
      throw new CollectorError('SEARCH_FAILED', `Athena ended the search as ${state}: ${reason}`);
    }
    const elapsedMs = clock.nowMs() - startedAtMs;
    signal?.throwIfAborted();
    if (elapsedMs >= timeoutMs) {
      const seconds = Math.round(timeoutMs / 1000);
      throw new CollectorError('SEARCH_TIMEOUT', `Athena had no answer after ${seconds} s`);
    }
    onProgress?.({
      state: state === 'RUNNING' ? 'running' : 'queued',
      scannedBytes: execution?.Statistics?.DataScannedInBytes ?? 0,
      elapsedMs,
    });
    await sleepUnlessAborted(clock, Math.min(lookMs, timeoutMs - elapsedMs), signal);
    lookMs = Math.min(lookMs * 1.5, LOOK_MS_MAX);
  }
}

async function sleepUnlessAborted(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  signal?.addEventListener('abort', wake, { once: true });
  if (!signal?.aborted) await Promise.race([clock.sleep(ms), aborted]);
  signal?.removeEventListener('abort', wake);
}

async function stop(client: AthenaClient, id: string): Promise<void> {
  // The reason for stopping is what the caller has to hear, also when stopping fails.
  await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch(() => undefined);
}

async function readRows(
  client: AthenaClient,
  id: string,
  rowsMax: number,
): Promise<(string | undefined)[][]> {
  const rows: (string | undefined)[][] = [];
  let token: string | undefined;
  let isFirstPage = true;
  do {
    const page = await awsCall('Reading the answer of Athena', () =>
      client.send(
        new GetQueryResultsCommand({
          QueryExecutionId: id,
          MaxResults: PAGE_ROWS_MAX,
          ...(token !== undefined && { NextToken: token }),
        }),
      ),
    );
    // The first row of a SELECT holds the names of the columns.
    for (const { Data = [] } of (page.ResultSet?.Rows ?? []).slice(isFirstPage ? 1 : 0)) {
      rows.push(Data.map(({ VarCharValue }) => VarCharValue));
    }
    isFirstPage = false;
    token = page.NextToken;
  } while (token !== undefined && rows.length < rowsMax);
  return rows.slice(0, rowsMax);
}
