import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, '..', '..', 'lambda', 'platform', 'young-generation.ts');

/** Half of what a process allocates outlives a collection, as what lets the young generation grow. */
const script = (before: string): string => `
  import { getHeapSpaceStatistics } from 'node:v8';
  ${before}
  const kept = [];
  for (let made = 0; made < 3_000_000; made += 1) kept[made % 100_000] = { made, list: [made] };
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  process.stdout.write(String(young.space_size / 1024 / 1024));
`;

const youngMegabytes = (before: string): number =>
  Number(
    execFileSync(
      process.execPath,
      ['--max-semi-space-size=25', '--input-type=module', '--eval', script(before)],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ),
  );

it('the young generation stays as it is at the start, whatever the runtime allows', () => {
  const keep = `import { keepYoungGenerationSmall } from ${JSON.stringify(MODULE)};
    keepYoungGenerationSmall();`;
  expect(youngMegabytes('')).toBeGreaterThan(20);
  expect(youngMegabytes(keep)).toBeLessThan(10);
});
