import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findOnPath } from '../../../scripts/lib/findOnPath.mjs';
import { temporaryFolder } from '../../support/folders.ts';

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform === 'win32')('findOnPath', () => {
  it('finds the first that can be run, by the order of the names, then of the folders', async () => {
    const [one, two] = [await temporaryFolder(), await temporaryFolder()];
    vi.stubEnv('PATH', [one, two].join(delimiter));
    for (const file of [join(one, 'b'), join(two, 'a'), join(two, 'b')]) {
      await writeFile(file, '');
      await chmod(file, 0o755);
    }
    expect(findOnPath('a', 'b')).toBe(join(two, 'a'));
    expect(findOnPath('b', 'a')).toBe(join(one, 'b'));
    expect(findOnPath('c')).toBeUndefined();
  });

  it('takes neither a folder of that name nor a file that cannot be run', async () => {
    const [one, two] = [await temporaryFolder(), await temporaryFolder()];
    vi.stubEnv('PATH', [one, two].join(delimiter));
    await mkdir(join(one, 'code'));
    await writeFile(join(two, 'code'), '');
    expect(findOnPath('code')).toBeUndefined();
  });
});
