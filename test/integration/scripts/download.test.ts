import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { download } from '../../../scripts/lib/download.mjs';
import { temporaryFolder } from '../../support/folders.ts';

/** Fills a folder as a package would be unpacked, one level down. */
async function fill(folder: string): Promise<string> {
  await mkdir(join(folder, 'package'));
  await writeFile(join(folder, 'package/content'), 'whole');
  return join(folder, 'package');
}

describe('download', () => {
  it('keeps what was filled in, and nothing else', async () => {
    const parent = join(await temporaryFolder(), 'downloads');
    const target = join(parent, 'thing');
    expect(await download(target, fill)).toBe(target);
    expect(await readFile(join(target, 'content'), 'utf8')).toBe('whole');
    expect(await readdir(parent)).toEqual(['thing']);
  });

  it('does nothing when the folder is there', async () => {
    const target = join(await temporaryFolder(), 'thing');
    await mkdir(target);
    await download(target, () => Promise.reject(new Error('was called')));
    expect(await readdir(target)).toEqual([]);
  });

  it('leaves nothing behind when it fails half-way, and succeeds the next time', async () => {
    const parent = await temporaryFolder();
    const target = join(parent, 'thing');
    const failing = download(target, async (folder) => {
      await fill(folder);
      throw new Error('the network is gone');
    });
    await expect(failing).rejects.toThrow('the network is gone');
    expect(await readdir(parent)).toEqual([]);
    await download(target, fill);
    expect(await readdir(parent)).toEqual(['thing']);
  });

  it('removes what a killed run left, but not what a running one is filling', async () => {
    const parent = await temporaryFolder();
    // No process has this id: it is above the highest that Linux, macOS and Windows give.
    await mkdir(join(parent, '.incomplete-2147483646-a'));
    await mkdir(join(parent, `.incomplete-${process.pid}-b`));
    await download(join(parent, 'thing'), fill);
    expect((await readdir(parent)).sort()).toEqual([`.incomplete-${process.pid}-b`, 'thing']);
  });

  it('gives both of two runs at the same time the one folder', async () => {
    const parent = await temporaryFolder();
    const target = join(parent, 'thing');
    expect(await Promise.all([download(target, fill), download(target, fill)])).toEqual([target, target]);
    expect(await readdir(parent)).toEqual(['thing']);
    expect(await readdir(target)).toEqual(['content']);
  });
});
