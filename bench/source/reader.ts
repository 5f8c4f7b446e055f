import type { Counts } from './counts.ts';

/** A way to read the tenant's events, ready to be measured. */
export interface Reader {
  /**
   * Reads from where it stopped until it is caught up.
   *
   * @throws when not all that was read came out at the other end
   */
  read(): Promise<{ readonly events: number; readonly requests: Counts }>;
  /** Connections opened so far, by host; those to the tenant are counted there. */
  connections(): Promise<Counts>;
  stop(): Promise<void>;
}
