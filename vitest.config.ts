import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Three tiers: `unit` is fast and pure, `system` runs the built command on real data, `long` kills and sweeps. */
export default defineConfig({
  test: {
    globalSetup: 'tests/engines/setup.ts',
    // Most files wait for servers, processes and leases, not for a processor.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'tests/*.test.ts', 'tests/engines/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'system', include: ['tests/system/**/*.test.ts'], testTimeout: 360_000, hookTimeout: 180_000 } },
      { test: { name: 'long', include: ['tests/long/**/*.test.ts'], testTimeout: 1_800_000, hookTimeout: 180_000 } },
    ],
  },
})
