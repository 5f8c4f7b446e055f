/**
 * `npm run bench:growth`: what growing backlogs and growing numbers of tenants take. Writes
 * bench/growth.json and draws docs/performance.svg from it; exit code 1 when a target is missed. With
 * `-- --draw` it draws what is there. At most 8 minutes on two idle cores.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { POLLER } from '../lambda/platform/names.ts';
import { measureBacklogs } from './growth/backlogs.ts';
import { drawGrowth } from './growth/drawing.ts';
import { isLinear } from './growth/linear.ts';
import { type Growth, parseGrowth } from './growth/results.ts';
import { printGrowth } from './growth/tables.ts';
import { measureTenants } from './growth/tenants.ts';
import { withDeployedCell } from './source/memory.ts';
import { EVENT_BYTES } from './source/source-facts.ts';

const RESULTS = 'bench/growth.json';
const DRAWING = 'docs/performance.svg';

const { values } = parseArgs({ options: { draw: { type: 'boolean' } } });
if (values.draw !== true) {
  const growth = await measure();
  writeFileSync(RESULTS, `${JSON.stringify(growth, null, 2)}\n`);
  printGrowth(growth);
  process.exitCode = isLinear(growth) ? 0 : 1;
}
writeFileSync(DRAWING, drawGrowth(parseGrowth(readFileSync(RESULTS, 'utf8'))));
process.stdout.write(`${DRAWING} is drawn from ${RESULTS}.\n`);

function measure(): Promise<Growth> {
  return withDeployedCell(async (script) => ({
    node: process.versions.node,
    cpus: cpus().length,
    eventBytes: EVENT_BYTES,
    pollerMemoryMb: POLLER.memoryMb,
    backlogs: await measureBacklogs(script),
    tenants: await measureTenants(script),
  }));
}
