import { beforeEach, expect, test, vi } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import { guarded } from '../../../src/vscode/report.ts';
import { fakeLog } from './support/fakeLog.ts';
import { window } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

beforeEach(() => {
  vi.clearAllMocks();
});

test('a command returns the result of its work', async () => {
  expect(await guarded(async () => 7, fakeLog().log)).toBe(7);
  expect(window.showErrorMessage).not.toHaveBeenCalled();
});

test('a command that fails returns undefined, and shows the cause and the remedy', async () => {
  const fails = async (): Promise<never> => {
    throw new DuplexError('file.invalid', 'Line 2: there is no URL.');
  };
  const remedy = vi.fn(({ code }: DuplexError) => [{ label: `Fix ${code}`, run: () => undefined }]);
  expect(await guarded(fails, fakeLog().log, remedy)).toBeUndefined();
  expect(window.showErrorMessage).toHaveBeenCalledWith('Line 2: there is no URL.', 'Fix file.invalid');
});
