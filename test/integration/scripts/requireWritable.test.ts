import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireWritable } from '../../../scripts/lib/requireWritable.mjs';
import { temporaryFolder } from '../../support/folders.ts';

describe('requireWritable', () => {
  it('makes the folder and leaves nothing in it', async () => {
    const folder = join(await temporaryFolder(), 'a/b');
    await requireWritable(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a folder that cannot be, and says which and what to do', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(requireWritable(join(file, 'below'))).rejects.toThrow(
      `Nothing can be written to ${join(file, 'below')} (ENOTDIR): give that folder to your user, then run this again.`,
    );
  });
});
