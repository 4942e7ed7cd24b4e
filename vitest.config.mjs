import { defineConfig } from 'vitest/config';

/** Unit tests that replace modules, so that none may be shared between them. */
const mocking = ['test/unit/vscode/**/*.test.ts', 'test/unit/engine/systemMonitor.test.ts'];

/**
 * Integration tests that call the layers themselves: loading these for each file would take longer than many tests. Those
 * that measure the memory or the delays of their process have one of their own.
 */
const sharing =
  'test/integration/{engine,net,protocol,proxy,recording,runner,search}/**/!(gibibyte|manySessions|pressure|flood|importJob).test.ts';

// One project a kind of test; unit and integration tests have two each, by what the files of a process share. `e2e`
// and the integration tests use the built dist/; run `npm run build` first. Tests with sockets, processes and windows
// run up to twice more, because a busy machine may miss a time limit. The report marks what passed at a later attempt
// only.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: mocking,
          testTimeout: 20_000,
          // The files of a process share its modules, which are loaded once: loading them would take longer than the tests.
          isolate: false,
        },
      },
      { test: { name: 'unit-mocked', include: mocking, testTimeout: 20_000, pool: 'threads' } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: [sharing],
          testTimeout: 60_000,
          retry: 2,
        },
      },
      {
        test: {
          name: 'integration-shared',
          include: [sharing],
          testTimeout: 60_000,
          retry: 2,
          isolate: false,
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
