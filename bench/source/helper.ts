/** Processes of the bench's own, which are asked things one at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that {@link answerQuestions}. */
export class Helper<Question extends object> {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Starts a script of the bench; resolves when it can be asked.
   *
   * @param nodeFlags flags of its Node; without them it runs as a plain `node` would
   * @param environment beside that of this process
   * @throws when the process ends before that
   */
  static async start<Question extends object>(
    script: string,
    args: readonly string[] = [],
    nodeFlags: readonly string[] = [],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Helper<Question>> {
    const child = fork(script, args, {
      env: { ...process.env, ...environment },
      execArgv: [...nodeFlags],
      // What a handler logs is not what is asked for.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const helper = new Helper<Question>(child);
    await helper.#answer(script);
    return helper;
  }

  /** @throws with what went wrong in the process */
  async ask<Answer>(question: Question): Promise<Answer> {
    this.#child.send(question);
    return (await this.#answer(JSON.stringify(question))) as Answer;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }

  async #answer(asked: string): Promise<unknown> {
    const ended = new AbortController();
    const end = (code: number | null) => ended.abort(new Error(`${asked}: ended with ${code}`));
    this.#child.once('exit', end);
    try {
      const [message] = await once(this.#child, 'message', { signal: ended.signal });
      const { answer, failure } = message as { answer?: unknown; failure?: string };
      if (failure !== undefined) throw new Error(`${asked}: ${failure}`);
      return answer;
    } catch (thrown) {
      throw ended.signal.aborted ? ended.signal.reason : thrown;
    } finally {
      this.#child.off('exit', end);
    }
  }
}

/** Answers the process that started this one, until that one goes or stops it. */
export function answerQuestions<Question extends object>(
  answer: (question: Question) => unknown,
  stop: () => Promise<void> = async () => undefined,
): void {
  process.on('message', (question: Question) => {
    tell(question, answer).catch(() => process.exit(1));
  });
  process.on('disconnect', () => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  process.send?.({});
}

async function tell<Question>(
  question: Question,
  answer: (question: Question) => unknown,
): Promise<void> {
  try {
    process.send?.({ answer: await answer(question) });
  } catch (thrown) {
    const failure = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    process.send?.({ failure });
  }
}
