import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** What a server was asked: how often each thing. */
export type Counts = Readonly<Record<string, number>>;

/** Counts until it is taken. */
export class Tally {
  #counts: Record<string, number> = {};

  add(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  /** What was counted since it was taken last. */
  take(): Counts {
    const taken = this.#counts;
    this.#counts = {};
    return taken;
  }
}

/**
 * Counts the connections that servers of this process accept, each under the name that its port is
 * given in `names`. Node tells of them by itself, whatever the server is.
 */
export function countConnections(names: ReadonlyMap<number, string>): () => Counts {
  const connections: Record<string, number> = {};
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Socket };
    const name = names.get(socket.localPort ?? 0);
    if (name !== undefined) connections[name] = (connections[name] ?? 0) + 1;
  });
  return () => connections;
}
