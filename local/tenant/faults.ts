import { z } from 'zod';

/** What goes wrong with one answer. */
const ACTION = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('status'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string().default(''),
  }),
  /**
   * The answer is cut off after so many bytes. With its full length announced, the connection
   * breaks in the middle of the answer; else it looks whole.
   */
  z.strictObject({
    do: z.literal('truncate'),
    bytes: z.int().min(0),
    announceFullLength: z.boolean().default(false),
  }),
  /** The connection is reset instead of an answer. */
  z.strictObject({ do: z.literal('reset') }),
  /** Nothing comes, and the connection stays open. */
  z.strictObject({ do: z.literal('stall') }),
  z.strictObject({ do: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
  /** The page before comes again; a search is answered as always. */
  z.strictObject({ do: z.literal('repeat-page') }),
  /** The `Link` header is replaced; empty: it is left out. */
  z.strictObject({ do: z.literal('link'), value: z.string() }),
  /** Headers of the answer are replaced; empty: they are left out (but for `Date`). */
  z.strictObject({ do: z.literal('headers'), headers: z.record(z.string(), z.string()) }),
  /** The body is replaced, status and headers stay. */
  z.strictObject({ do: z.literal('body'), body: z.string() }),
  /** Every token issued so far is refused from now on. */
  z.strictObject({ do: z.literal('expire-tokens') }),
]);

/** A fault and the requests it strikes, counted from 1 for each endpoint. */
const FAULT = z.strictObject({
  endpoint: z.enum(['token', 'logs']),
  /** Strikes this request only. */
  request: z.int().min(1).optional(),
  /** Strikes every so many requests. */
  every: z.int().min(1).optional(),
  /** Strikes at most so often. */
  times: z.int().min(1).optional(),
  action: ACTION,
});

export const FAULTS = z.array(FAULT);

export type Fault = z.input<typeof FAULT>;
export type FaultAction = z.infer<typeof ACTION>;
export type Endpoint = 'token' | 'logs';

/** Decides which requests a script of faults strikes. */
export class FaultScript {
  readonly #faults: (z.infer<typeof FAULT> & { struck: number })[] = [];
  readonly #requests: Record<Endpoint, number> = { token: 0, logs: 0 };

  add(faults: readonly Fault[]): void {
    for (const fault of FAULTS.parse(faults)) this.#faults.push({ ...fault, struck: 0 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** Requests so far. */
  get requests(): Readonly<Record<Endpoint, number>> {
    return this.#requests;
  }

  /** Counts a request and says what strikes it. */
  next(endpoint: Endpoint): FaultAction[] {
    this.#requests[endpoint] += 1;
    const number = this.#requests[endpoint];
    const struck = this.#faults.filter(
      (fault) =>
        fault.endpoint === endpoint &&
        (fault.request === undefined || fault.request === number) &&
        (fault.every === undefined || number % fault.every === 0) &&
        (fault.times === undefined || fault.struck < fault.times),
    );
    for (const fault of struck) fault.struck += 1;
    return struck.map(({ action }) => action);
  }
}
