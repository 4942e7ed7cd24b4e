import { defineConfig } from 'vitest/config';

// One project a kind of test. `e2e` and `integration` use the built dist/; run `npm run build` first. What depends on sockets,
// processes and windows is tried up to twice more: a machine that is busy with something else may miss a time limit. The report marks
// what passed at a later attempt only.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          retry: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // One process for all files: they share the browser, and each module is loaded once.
          fileParallelism: false,
          isolate: false,
          sequence: { groupOrder: 1 },
          retry: 2,
          // A busy machine draws late; one second, the default, is too short for it.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
