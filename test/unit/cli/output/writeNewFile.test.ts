import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireNewFile, writeNewFile, writeNewFiles } from '../../../../src/cli/output/writeNewFile.ts';
import { temporaryFolder } from '../../../support/folders.ts';
import { mounted } from '../../../support/mounts.ts';

const small = await mounted('tmpfs', 'size=64k');

const NEW = { force: false, choice: 'name' } as const;
const FORCE = { force: true, choice: 'folder' } as const;
const nothing = (): Promise<void> => Promise.resolve();

describe('writeNewFile', () => {
  it('writes a new file with its mode', async () => {
    const path = join(await temporaryFolder(), 'a.ws');
    expect(await writeNewFile(path, 'grüße', { ...NEW, mode: 0o600 })).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('grüße');
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('overwrites a file only if it is forced to', async () => {
    const path = join(await temporaryFolder(), 'a.ws');
    await writeFile(path, 'mine, and longer');
    await expect(writeNewFile(path, 'new', NEW)).rejects.toMatchObject({
      code: 'call.invalid',
      message: `${path} exists: choose another name, or overwrite it with --force.`,
    });
    expect(await readFile(path, 'utf8')).toBe('mine, and longer');
    expect(await writeNewFile(path, 'new', FORCE)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('says why a file cannot be written', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(writeNewFile(join(folder, 'file/a'), '', NEW)).rejects.toMatchObject({
      code: 'disk.denied',
      message: expect.stringMatching(/file\/a cannot be written: ENOTDIR.+\.$/) as unknown,
    });
    await mkdir(join(folder, 'sub'));
    await expect(writeNewFile(join(folder, 'sub'), '', FORCE)).rejects.toMatchObject({ code: 'disk.denied' });
  });

  it.skipIf(!small)('leaves no part of a file for which there is no room', async () => {
    const path = join(small!.path, 'large');
    await expect(writeNewFile(path, 'x'.repeat(1_000_000), NEW)).rejects.toMatchObject({
      code: 'disk.denied',
      message: expect.stringContaining('ENOSPC') as unknown,
    });
    expect(await readdir(small!.path)).toEqual([]);
  });
});

describe('writeNewFiles', () => {
  it('writes all, and then does the rest', async () => {
    const folder = await temporaryFolder();
    const files = ['a', 'b'].map((text) => ({ path: join(folder, text), text }));
    let seen: readonly string[] = [];
    await writeNewFiles(files, NEW, async () => void (seen = await readdir(folder)));
    expect([...seen].sort()).toEqual(['a', 'b']);
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('b');
  });

  it('leaves none if one exists', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'b'), 'mine');
    const files = ['a', 'b', 'c'].map((text) => ({ path: join(folder, text), text }));
    await expect(writeNewFiles(files, NEW, nothing)).rejects.toMatchObject({ code: 'call.invalid' });
    expect(await readdir(folder)).toEqual(['b']);
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('mine');
  });

  it('leaves none if the rest fails, but those that were there before', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'b'), 'mine');
    const files = ['a', 'b'].map((text) => ({ path: join(folder, text), text }));
    const broken = (): Promise<void> => Promise.reject(new Error('It broke.'));
    await expect(writeNewFiles(files, FORCE, broken)).rejects.toThrow('It broke.');
    expect(await readdir(folder)).toEqual(['b']);
  });

  it.skipIf(!small)('leaves none if there is no room for one', async () => {
    const files = [1, 1_000_000].map((length) => ({
      path: join(small!.path, String(length)),
      text: 'x'.repeat(length),
    }));
    await expect(writeNewFiles(files, NEW, nothing)).rejects.toMatchObject({ code: 'disk.denied' });
    expect(await readdir(small!.path)).toEqual([]);
  });
});

describe('requireNewFile', () => {
  it('accepts a name without a file only', async () => {
    const folder = await temporaryFolder();
    await requireNewFile(join(folder, 'a'));
    await writeFile(join(folder, 'a'), '');
    await chmod(join(folder, 'a'), 0o400);
    await expect(requireNewFile(join(folder, 'a'), 'folder')).rejects.toMatchObject({
      message: expect.stringContaining('choose another folder') as unknown,
    });
  });
});
