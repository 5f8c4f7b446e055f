import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/templates/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
