import Mocha from 'mocha';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The results that scripts/hostTests.mjs reads. */
interface Results {
  passed: number;
  failed: { title: string; message: string }[];
}

/**
 * Called by the extension host with the extension under test installed. Runs every test file that was built into
 * suite/ beside this one, and rejects when one fails, as VS Code's own test runners expect.
 */
export async function run(): Promise<void> {
  const results: Results = { passed: 0, failed: [] };
  const mocha = new Mocha({
    timeout: 30_000,
    // A failed test runs once more, because a busy machine may miss a time limit.
    retries: 1,
    reporter: function (runner: Mocha.Runner) {
      // The prefix distinguishes these lines from other output of the host.
      const print = (line: string) => console.log(`[test] ${line}`);
      runner.on('pass', (test) => {
        results.passed++;
        print(`✓ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
      });
      runner.on('fail', (test, error: Error) => {
        results.failed.push({ title: test.fullTitle(), message: error.stack ?? error.message });
        print(`✗ ${test.fullTitle()}`);
      });
      runner.on('pending', (test) => print(`- ${test.fullTitle()} (skipped)`));
    } as unknown as Mocha.ReporterConstructor,
  });
  const suite = join(__dirname, 'suite');
  const files = readdirSync(suite, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.test.js')).sort())
    mocha.addFile(join(suite, file));
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve) => {
    mocha.run(() => resolve());
  });
  const target = process.env.DUPLEX_TEST_RESULTS;
  if (target) writeFileSync(target, JSON.stringify(results));
  if (results.failed.length > 0) throw new Error(`${results.failed.length} in-host tests failed`);
}
