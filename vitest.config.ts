import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need Python, one of them two minutes: `npm run test:deploy`, `npm run test:templates`, ...
    exclude: [...configDefaults.exclude, 'test/aws-cli/**', 'test/deploy/**', 'test/templates/**'],
    // Embedded services and child processes start within a test; two cores share them.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: {
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    },
  },
});
