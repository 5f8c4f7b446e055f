import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { S3Client } from '@aws-sdk/client-s3';
import { AWS_CLIENT } from '../../lambda/platform/aws.ts';
import { CollectorError } from '../../lambda/platform/errors.ts';
import type { Scanned } from './scan-unit.ts';
import { createScanner, type ScanSettings, type ScanTask } from './scanner.ts';

/** Looks through objects, several at a time. */
export interface ScanPool {
  /** How many tasks keep all of it busy. */
  readonly tasksAtOnce: number;
  scan(task: ScanTask): Promise<Scanned>;
  close(): Promise<void>;
}

/** Starting a thread takes about as long as looking through so many objects. */
const UNITS_PER_THREAD_MIN = 8;
const THREADS_MAX = 8;
/** One is looked through while the next is fetched; each holds one object at most. */
const TASKS_PER_THREAD = 3;

/** Threads on all cores for many objects; for a few this thread alone. */
export function openScanPool(settings: ScanSettings, unitCount: number): ScanPool {
  const wanted = Math.floor(unitCount / UNITS_PER_THREAD_MIN);
  const threads = Math.min(wanted, availableParallelism(), THREADS_MAX);
  return threads < 2 ? scanHere(settings) : scanInThreads(settings, threads);
}

function scanHere(settings: ScanSettings): ScanPool {
  const s3 = new S3Client(AWS_CLIENT);
  return {
    tasksAtOnce: TASKS_PER_THREAD,
    scan: createScanner(s3, settings),
    close: async () => s3.destroy(),
  };
}

/** A task on its way to a thread. */
export interface Order {
  readonly id: number;
  readonly task: ScanTask;
}

/** What became of an order: the one or the other. */
export interface Answer {
  readonly id: number;
  readonly scanned?: Scanned;
  readonly failure?: string;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<Scanned>>;
}

function scanInThreads(settings: ScanSettings, count: number): ScanPool {
  const threads = Array.from({ length: count }, () => startThread(settings));
  let orders = 0;
  return {
    tasksAtOnce: count * TASKS_PER_THREAD,
    scan: (task) => {
      const { worker, waiting } = threads.reduce((one, other) =>
        other.waiting.size < one.waiting.size ? other : one,
      );
      orders += 1;
      const answer = Promise.withResolvers<Scanned>();
      waiting.set(orders, answer);
      worker.postMessage({ id: orders, task } satisfies Order);
      return answer.promise;
    },
    close: async () => {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(settings: ScanSettings): Thread {
  const worker = new Worker(new URL('./scan-worker.ts', import.meta.url), { workerData: settings });
  const waiting: Thread['waiting'] = new Map();
  worker.on('message', ({ id, scanned, failure = '' }: Answer) => {
    const answer = waiting.get(id);
    waiting.delete(id);
    if (scanned !== undefined) answer?.resolve(scanned);
    else answer?.reject(new CollectorError('AWS_CALL', failure));
  });
  worker.on('error', (error) => {
    for (const answer of waiting.values()) answer.reject(error);
    waiting.clear();
  });
  return { worker, waiting };
}
