import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/deploy/**/*.test.ts'],
    // A step builds on the one before, and a whole deployment is one step.
    bail: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
