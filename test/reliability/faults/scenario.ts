import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Checkpoint } from '../../../lambda/collect/checkpoint.ts';
import type { TenantState } from '../../../lambda/collect/status.ts';
import { type FailureCode, remedyOf } from '../../../lambda/platform/errors.ts';
import type { EmbeddedAws } from '../../../local/aws/embedded-aws.ts';
import type { Fault, FaultAction } from '../../../local/tenant/faults.ts';
import { wrongWith } from '../crash-walk.ts';
import { Outside, Stopped } from '../outside.ts';
import { World, type WorldOptions } from '../world.ts';

/** Something goes wrong outside of the collector; running it throws when that left a trace. */
export interface Scenario {
  readonly name: string;
  run(aws: EmbeddedAws): Promise<void>;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** The lease of a process that is gone has run out by then. */
export const LEASE_OVER_MS = 3 * MINUTE_MS;
/** By then the audit looks at what was sent. */
export const SETTLED_MS = 20 * MINUTE_MS;

/** A scenario in a world of its own. */
export const scenario = (
  name: string,
  options: WorldOptions,
  play: (world: World) => Promise<void>,
): Scenario => ({
  name,
  run: async (aws) => {
    const world = await World.create(aws, options);
    try {
      await play(world);
    } finally {
      await world.end();
    }
  },
});

/** Strikes the request of this number, counted over the whole scenario. */
export const striking = (
  request: number,
  action: Fault['action'],
  endpoint: Fault['endpoint'] = 'logs',
): Fault => ({ endpoint, request, action });

/** Strikes every request between two numbers, both included. */
export const strikingAll = (from: number, to: number, action: Fault['action']): Fault[] =>
  Array.from({ length: to - from + 1 }, (_, index) => striking(from + index, action));

/** An answer with this status instead of the right one. */
export const status = (
  code: number,
  body = '',
  headers: Record<string, string> = {},
): Extract<FaultAction, { do: 'status' }> => ({ do: 'status', status: code, headers, body });

/** The archive holds what was served, once, and the ledger says the same. */
export async function assertComplete(world: World): Promise<void> {
  equal(await wrongWith(world), undefined);
}

/** The archive holds exactly these events, once, and the ledger says the same. */
export async function assertArchived(world: World, expected: readonly string[]): Promise<void> {
  deepEqual((await world.archived()).toSorted(), expected.toSorted());
  deepEqual((await world.verify()).breaks, []);
}

/** What people see of the tenant: its state, and with an error what to do about it. */
export async function assertState(
  world: World,
  state: TenantState,
  code?: FailureCode,
): Promise<void> {
  const { status: seen } = await checkpointOf(world);
  equal(seen.state, state);
  if (code === undefined) return;
  equal(seen.lastError?.code, code);
  equal(seen.lastError?.remedy, remedyOf(code));
}

export async function checkpointOf(world: World): Promise<Checkpoint> {
  const checkpoint = await world.checkpoint();
  ok(checkpoint, 'there is no checkpoint');
  return checkpoint;
}

export const logIdOf = (json: string | undefined): string => JSON.parse(json ?? '{}').log_id ?? '';

/** An error as the AWS SDK throws it when its own retries did not help. */
export const awsError = (name: string): Error =>
  Object.assign(new Error(`${name} of this scenario`), { name });

interface Interruption {
  /** A command of the AWS SDK, or a method and a path. */
  readonly call: string;
  /** `before`: nothing happens. `after`: it happens, but the answer is lost. */
  readonly side?: 'before' | 'after';
  /** So many calls of this name pass first. */
  readonly skip?: number;
  readonly times?: number;
}

/** Some calls of one name fail; the process lives on. */
export class Failing extends Outside {
  readonly #interruption: Interruption;
  readonly #failure: Error;
  #skip: number;
  #left: number;

  constructor(failure: Error, interruption: Interruption) {
    super();
    this.#failure = failure;
    this.#interruption = interruption;
    this.#skip = interruption.skip ?? 0;
    this.#left = interruption.times ?? 1;
  }

  override async call<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (name !== this.#interruption.call) return super.call(name, run);
    this.#skip -= 1;
    if (this.#skip >= 0 || this.#left === 0) return super.call(name, run);
    this.#left -= 1;
    if (this.#interruption.side === 'after') await run();
    throw this.#failure;
  }
}

/** The process ends at a call of this name; nothing it does after that reaches anybody. */
export class Dying extends Outside {
  readonly #interruption: Interruption;
  #skip: number;
  #isDead = false;

  constructor(interruption: Interruption) {
    super();
    this.#interruption = interruption;
    this.#skip = interruption.skip ?? 0;
  }

  override async call<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new Stopped(name);
    if (name === this.#interruption.call) this.#skip -= 1;
    if (this.#skip >= 0) return super.call(name, run);
    this.#isDead = true;
    if (this.#interruption.side === 'after') await run();
    throw new Stopped(name);
  }
}

/** Holds whoever comes by until it is opened. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();

  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  async pass(): Promise<void> {
    this.#reached.resolve();
    await this.#opened.promise;
  }

  open(): void {
    this.#opened.resolve();
  }
}
