/**
 * One answer that was asked for before anybody needed it, so that its way from the server is spent
 * on the one before it. What fails meanwhile is met by whoever takes it.
 */
export class ReadAhead<T> {
  #asked: { readonly from: string; readonly answer: Promise<T> } | undefined;

  /** Asks for what lies behind `from`; what was asked for elsewhere and not taken is let go. */
  start(from: string, ask: () => Promise<T>): void {
    if (this.holds(from)) return;
    const answer = ask();
    answer.catch(() => undefined);
    this.#asked = { from, answer };
  }

  /** Whether what lies behind `from` was asked for and not taken yet. */
  holds(from: string): boolean {
    return this.#asked?.from === from;
  }

  /** Hands out the answer if it is the one behind `from`; once, so that another try asks anew. */
  take(from: string): Promise<T> | undefined {
    const asked = this.#asked;
    this.#asked = undefined;
    return asked?.from === from ? asked.answer : undefined;
  }
}
