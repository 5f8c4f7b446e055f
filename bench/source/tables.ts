import { figure } from '../figure.ts';
import type { Counts } from './counts.ts';
import { type MemoryResult, rssDifferenceMb } from './memory.ts';
import type { ReaderResult } from './rounds.ts';

export function printRounds(results: readonly ReaderResult[]): void {
  process.stdout.write('\nOne tenant over TLS: medians of rounds in turn\n');
  console.table(
    results.map((result) => ({
      reader: result.reader,
      'latency ms': result.latencyMs,
      'events/s': figure(result.eventsPerSecond),
      'of page loop': figure(result.ratio, 2),
      'CPU s per 100,000': figure(result.cpuSecondsPer100k, 1),
      'RSS peak MB': figure(result.rssPeakMb),
    })),
  );
}

/** What the poller asks for, by kind: with a backlog, and when there is nothing. */
export function printRequests(poller: ReaderResult): void {
  const events = poller.rounds.at(-1)?.events ?? 0;
  const [busy, idle] = [`requests for ${figure(events)} events`, 'requests of an idle poll'];
  process.stdout.write('\nWhat the poller asks for\n');
  console.table(
    Object.fromEntries(
      Object.keys({ ...poller.requests, ...poller.idleRequests }).map((kind) => [
        kind,
        { [busy]: poller.requests[kind] ?? 0, [idle]: poller.idleRequests[kind] ?? 0 },
      ]),
    ),
  );
  process.stdout.write('\nConnections that it opened in all these polls\n');
  console.table(columnOf(poller.connections, 'connections'));
}

const columnOf = (counts: Counts, column: string) =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, { [column]: count }]));

export function printMemory(results: readonly MemoryResult[]): void {
  process.stdout.write('\nMemory of the poller as it is deployed\n');
  console.table(
    results.flatMap((result) =>
      [result.small, result.large].map(({ events, seconds, rssPeakMb, rssSampledMb }) => ({
        setting: result.setting,
        events: figure(events),
        'events/s': figure(events / seconds),
        'RSS peak MB': figure(rssPeakMb),
        'RSS sampled MB': figure(rssSampledMb),
        'difference MB': events === result.large.events ? figure(rssDifferenceMb(result)) : '',
      })),
    ),
  );
  for (const { setting, nodeFlags } of results) {
    process.stdout.write(`${setting}: node ${nodeFlags.join(' ')}\n`);
  }
}
