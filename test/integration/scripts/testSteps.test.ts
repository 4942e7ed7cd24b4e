import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/folders.mjs';
import { steps, type Step } from '../../../scripts/lib/testSteps.mjs';

const step = (name: string): Step => steps.find((each) => each.name === name)!;

/** A report as vitest writes it, with the results of each file's tests. */
function report(files: Record<string, readonly ('passed' | 'failed')[]>): unknown {
  const results = Object.values(files).flat();
  return {
    numPassedTests: results.filter((result) => result === 'passed').length,
    numFailedTests: results.filter((result) => result === 'failed').length,
    testResults: Object.entries(files).map(([name, tests]) => ({
      name: join(root, name),
      status: tests.length === 0 || tests.includes('failed') ? 'failed' : 'passed',
      message: 'Cannot find module',
      assertionResults: tests.map((status, i) => ({
        status,
        fullName: `test ${i + 1}`,
        failureMessages: status === 'failed' ? ['expected 1 to be 2\n  at there'] : [],
      })),
    })),
  };
}

describe('the results of a test step', () => {
  it('include tests and each file that could not be loaded', () => {
    const counts = step('unit').count!(
      report({ 'a.ts': ['passed', 'failed'], 'b.ts': ['passed'], 'c.ts': [] }),
    );
    expect(counts).toMatchObject({ passed: 2, failed: 2 });
    expect(counts.names).toEqual([
      'a.ts > test 2: expected 1 to be 2\n      at there',
      'c.ts: Cannot find module',
    ]);
  });

  it('include those of VS Code, and name what failed', () => {
    const counts = step('vscode-1.103').count!({ passed: 3, failed: [{ title: 'opens', message: 'no' }] });
    expect(counts).toEqual({ passed: 3, failed: 1, names: ['opens: no'] });
  });
});

describe('the second run of failed tests', () => {
  it('repeats the whole file, and keeps what passed elsewhere', () => {
    const { command, results, kept } = step('e2e').rerun!(
      report({ 'test/e2e/a.test.ts': ['passed', 'failed'], 'test/e2e/b.test.ts': ['passed', 'passed'] }),
    )!;
    expect(kept).toBe(2);
    expect(command.slice(2, 6)).toEqual(['run', '--project', 'e2e', 'test/e2e/a.test.ts']);
    expect(command).not.toContain('--exclude');
    expect(results).not.toBe(step('e2e').results);
    expect(command.at(-1)).toContain('e2e-again.json');
  });

  it('repeats all tests in VS Code', () => {
    const failed = [{ title: 'opens', message: 'no' }];
    expect(step('vscode-1.103').rerun!({ passed: 3, failed })).toMatchObject({ kept: 0 });
  });

  it('does not happen if nothing failed, or if too much failed', () => {
    const broken = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, ['failed'] as const]));
    expect(step('unit').rerun!(report({ 'a.ts': ['passed'] }))).toBeUndefined();
    expect(step('unit').rerun!(report(broken))).toBeUndefined();
    expect(step('vscode-1.103').rerun!({ passed: 1, failed: [] })).toBeUndefined();
    expect(step('lint').rerun).toBeUndefined();
  });
});
