import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** Something that is imported or required as Lambda does it when it starts a function. */
export interface Module {
  readonly name: string;
  /** An ES module is imported; anything else is required, from the folder of its packages. */
  readonly path: string;
  readonly isEsm: boolean;
}

export interface Imported {
  readonly name: string;
  /** Milliseconds until the module was evaluated. */
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

const IMPORT =
  'const start = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - start));';
const REQUIRE =
  'const start = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - start));';

/**
 * Imports each module in a process of its own, all of them in turn, so many rounds; what the machine
 * does besides slows all of them alike. The processes have no environment, since an import that needs
 * one would fail on AWS, too.
 */
export function measureImports(modules: readonly Module[], rounds: number): readonly Imported[] {
  const times = new Map(modules.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const module of modules) times.get(module.name)?.push(importMs(module));
  }
  return [...times].map(([name, unsorted]) => {
    const sorted = unsorted.sort((a, b) => a - b);
    const at = (index: number) => sorted[index] ?? Number.NaN;
    return { name, medianMs: at(rounds >> 1), minMs: at(0), maxMs: at(rounds - 1) };
  });
}

function importMs({ path, isEsm }: Module): number {
  const args = isEsm
    ? ['--input-type=module', '--eval', IMPORT, pathToFileURL(path).href]
    : ['--input-type=commonjs', '--eval', REQUIRE, path];
  return Number(execFileSync(process.execPath, args, { env: {}, encoding: 'utf8' }));
}
