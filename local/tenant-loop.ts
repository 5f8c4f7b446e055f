import type { PollSummary } from '../lambda/collect/poll.ts';
import type { Incident } from '../lambda/detect/incident.ts';
import { FAMILIES, SEVERITIES } from '../lambda/detect/rule.ts';
import { story } from '../lambda/detect/story.ts';
import type { RunControl } from './console/run-control.ts';
import type { RunOutput } from './run-output.ts';
import { addTo, type PollTotals } from './run-totals.ts';
import type { TenantOutput } from './tenant-output.ts';
import type { TenantRun } from './tenant-run.ts';

export interface LoopParts {
  readonly run: TenantRun;
  readonly output: RunOutput;
  readonly tenantOutput: TenantOutput;
  readonly totals: PollTotals;
  readonly control: RunControl;
  readonly everyMs: number;
  readonly stopping: AbortSignal;
}

/** The next tick of a tenant does not wait longer for ingest, which other tenants may keep busy. */
const DRAIN_MS_MAX = 30_000;

/**
 * Ticks a tenant, with all that follows from a tick, until the signal or until `isOver` says so.
 *
 * @returns the last poll
 */
export async function tickUntilDone(
  { run, output, tenantOutput, totals, control, everyMs, stopping }: LoopParts,
  isOver: (summary: PollSummary) => boolean,
): Promise<PollSummary> {
  for (;;) {
    const tickedAtMs = Date.now();
    output.expect(await run.remaining());
    const summary = await run.tick();
    addTo(totals, summary);
    tenantOutput.poll(summary, Date.now() - tickedAtMs);
    if (stopping.aborted || isOver(summary)) return summary;
    await run.drain(DRAIN_MS_MAX);
    output.close();
    showIncidents(output, await run.detect());
    await run.compact();
    await control.nextTick(Math.max(0, tickedAtMs + everyMs - Date.now()), stopping);
    if (stopping.aborted) return summary;
  }
}

/** A story for each family, and of the others what it takes to look them up. */
export function showIncidents(output: RunOutput, incidents: readonly Incident[]): void {
  if (incidents.length === 0) return;
  const told = Object.keys(FAMILIES).flatMap((family) => {
    const own = incidents.filter((incident) => incident.family === family);
    const gravest = own.reduce<Incident | undefined>(
      (a, b) => (a && isGraver(a, b) ? a : b),
      undefined,
    );
    return gravest === undefined ? [] : [gravest];
  });
  for (const incident of told) output.line(`\n${story(incident)}`);
  const others = incidents.length - told.length;
  const words = others === 0 ? '' : `${others} more: `;
  output.line(`\n${words}npm run -s collector -- incidents --local, and incident ID --local\n`);
}

const isGraver = (a: Incident, b: Incident): boolean =>
  SEVERITIES.indexOf(a.severity) >= SEVERITIES.indexOf(b.severity);
