import { setTimeout as sleep } from 'node:timers/promises';
import { isRunUnderWay } from '../local/data-folder.ts';
import { type Books, type LocalOption, localFolder, withBooks } from './books.ts';

/** Looks at the books; true when there is nothing more to wait for. */
export type Look = (books: Books) => Promise<boolean>;

/**
 * Looks at the books again and again, until a look says that it is over or Ctrl-C was pressed.
 *
 * A data folder that nobody runs on does not change, and looking at it would keep a run from
 * starting; so after the first look it is left alone until there is a run.
 *
 * @returns whether it was Ctrl-C that ended it
 */
export async function watchBooks(
  local: LocalOption,
  everyMs: number,
  look: Look,
): Promise<{ readonly isInterrupted: boolean }> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.on('SIGINT', interrupt);
  try {
    if (local === undefined) await withBooks(local, (books) => lookOn(books));
    else await lookLocally(localFolder(local));
    return { isInterrupted: interrupted.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt);
  }

  async function lookOn(books: Books): Promise<void> {
    while (!interrupted.signal.aborted && !(await look(books))) await pause();
  }

  async function lookLocally(dir: string): Promise<void> {
    for (let isFirst = true; !interrupted.signal.aborted; isFirst = false) {
      if ((isFirst || isRunUnderWay(dir)) && (await withBooks(dir, look))) return;
      await pause();
    }
  }

  async function pause(): Promise<void> {
    await sleep(everyMs, undefined, { signal: interrupted.signal }).catch(() => undefined);
  }
}
