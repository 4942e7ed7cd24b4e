import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/folders.mjs';

function testCommand(...args: string[]): Promise<{ status: number | null; lines: string[]; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['scripts/test.mjs', ...args],
      { cwd: root },
      (_, stdout, errors) => resolve({ status: child.exitCode, lines: stdout.trimEnd().split('\n'), errors }),
    );
  });
}

describe('the test command', () => {
  it('names its steps when asked for one that it does not have', async () => {
    const { status, lines, errors } = await testCommand('units');
    expect(status).toBe(1);
    expect(errors).toContain('There is no step "units": the steps are package, lint, build, e2e, ');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });
});
