/** The process was stopped here; nothing it does after this reaches anybody. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Where a run is stopped: at which call to the outside, and on which side of it. */
export interface StopPoint {
  readonly call: number;
  /** `before`: the call is never made. `after`: it takes effect, but its answer is never seen. */
  readonly side: 'before' | 'after';
  /** Only this call fails, and the process lives on to deal with it. */
  readonly isFailureOnly?: boolean;
}

/** Every call of a process to the outside goes through here; it can be stopped at any of them. */
export class Outside {
  /** The names of the calls so far, in order. */
  readonly calls: string[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #stop: StopPoint | undefined;
  #isStopped = false;

  constructor(stop?: StopPoint) {
    this.#stop = stop;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  async call<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (this.#isStopped) throw new Stopped(name);
    const isHere = this.calls.length === this.#stop?.call;
    this.calls.push(name);
    if (isHere && this.#stop?.side === 'before') return this.#die(name);
    const answer = await this.#follow(run());
    if (isHere) return this.#die(name);
    // Another call was the last one meanwhile; this answer came too late to be seen.
    if (this.#isStopped) throw new Stopped(name);
    return answer;
  }

  /** Waits for what is still on its way: it reaches the other side even when nobody waits for it. */
  async arrived(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  #follow<T>(call: Promise<T>): Promise<T> {
    this.#underWay.add(call);
    return call.finally(() => this.#underWay.delete(call));
  }

  #die(name: string): never {
    this.#isStopped = this.#stop?.isFailureOnly !== true;
    throw new Stopped(name);
  }
}
