/** Does one thing after the other for many who ask; after a failure nothing any more. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws what this or an earlier turn threw */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn;
    return turn;
  }
}
