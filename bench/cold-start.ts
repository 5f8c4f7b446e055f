/**
 * `npm run bench:cold-start`: how long the bundled poller takes from `import()` until it is evaluated,
 * beside what there is to compare it with. Exit code 1 when a target is missed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLE_ENTRY, bundle } from '../infra/bundle/bundle.ts';
import { bundleFacts } from '../test/infra/bundle-facts.ts';
import { type Imported, type Module, measureImports } from './cold-start/measure.ts';
import { installPaws, PAWS } from './cold-start/paws.ts';
import { figure } from './figure.ts';
import { target } from './targets.ts';

const ROUNDS = 21;
const OF_PAWS_MAX = 0.25;
const OF_PARTS_MAX = 1.15;

const POLLER = 'the poller';
const PARTS = 'axios and three AWS clients';

const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
try {
  const modules = [
    await bundled(POLLER, 'lambda/poller.ts'),
    await bundled(PARTS, 'bench/cold-start/parts.ts'),
    ...paws(),
  ];
  process.stderr.write(`importing each ${ROUNDS} times ...\n`);
  const imported = measureImports(modules, ROUNDS);
  print(imported);
  process.exitCode = judge(imported) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bundled(name: string, entry: string): Promise<Module> {
  const to = join(folder, name);
  const { bytesAtStart, bytesLater } = bundleFacts(await bundle(entry, to));
  process.stdout.write(
    `${name}: ${figure(bytesAtStart)} bytes at start, ${figure(bytesLater)} when they are needed\n`,
  );
  return { name, path: join(to, BUNDLE_ENTRY), isEsm: true };
}

function paws(): Module[] {
  const to = join(folder, 'paws');
  mkdirSync(to);
  const path = installPaws(to);
  if (path === undefined) process.stdout.write(`${PAWS} can't be installed here\n`);
  return path === undefined ? [] : [{ name: PAWS, path, isEsm: false }];
}

function print(imported: readonly Imported[]): void {
  process.stdout.write(`\nImported ${ROUNDS} times each, Node ${process.versions.node}\n`);
  const poller = medianOf(imported, POLLER);
  console.table(
    imported.map(({ name, medianMs, minMs, maxMs }) => ({
      imported: name,
      'median ms': figure(medianMs, 1),
      'min ms': figure(minMs, 1),
      'max ms': figure(maxMs, 1),
      'the poller takes': poller === undefined ? '' : `${figure(poller / medianMs, 2)} of it`,
    })),
  );
}

/** The real collector is what counts; where it can't be had, the parts that all of them need. */
function judge(imported: readonly Imported[]): boolean {
  const poller = medianOf(imported, POLLER) ?? Number.NaN;
  const ofPaws = medianOf(imported, PAWS);
  if (ofPaws !== undefined) {
    return target(`import time, part of that of ${PAWS}`, poller / ofPaws, { max: OF_PAWS_MAX });
  }
  const ofParts = medianOf(imported, PARTS) ?? Number.NaN;
  return target(`import time, part of that of ${PARTS}`, poller / ofParts, { max: OF_PARTS_MAX });
}

function medianOf(imported: readonly Imported[], wanted: string): number | undefined {
  return imported.find(({ name }) => name === wanted)?.medianMs;
}
