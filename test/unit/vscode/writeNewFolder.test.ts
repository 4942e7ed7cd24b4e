import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { writeNewFolder } from '../../../src/vscode/exports/writeNewFolder.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { mounted } from '../../support/mounts.ts';
import { FileType, Uri, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const small = await mounted('tmpfs', 'size=64k');

/** The file system of VS Code on the disk, with the folders that it makes for a file. */
beforeEach(() => {
  const { fs } = workspace;
  fs.stat.mockImplementation(async ({ path }) => {
    const found = await stat(path);
    return { size: found.size, type: found.isDirectory() ? FileType.Directory : FileType.File };
  });
  fs.writeFile.mockImplementation(async ({ path }, bytes) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  });
  fs.rename.mockImplementation(async (from, to) => rename(from.path, to.path));
  fs.delete.mockImplementation(async ({ path }) => rm(path, { recursive: true }));
});

const FILES = [
  { path: 'opencollection.yml', text: 'a: grüße\n' },
  { path: 'environments/Secrets.yml', text: 'b: 1\n' },
];
const write = (path: string, files: readonly { path: string; text: string }[] = FILES): Promise<void> =>
  writeNewFolder(Uri.file(path) as never, files);

describe('a new folder', () => {
  it('contains all files, with nothing beside it', async () => {
    const below = await temporaryFolder();
    await write(join(below, 'new'));
    expect(await readdir(below)).toEqual(['new']);
    expect((await readdir(join(below, 'new'))).sort()).toEqual(['environments', 'opencollection.yml']);
    expect(await readFile(join(below, 'new/opencollection.yml'), 'utf8')).toBe('a: grüße\n');
    expect(await readFile(join(below, 'new/environments/Secrets.yml'), 'utf8')).toBe('b: 1\n');
  });

  it('may have a name of 255 bytes', async () => {
    const below = await temporaryFolder();
    const name = 'x'.repeat(255);
    await write(join(below, name));
    expect(await readdir(below)).toEqual([name]);
  });

  it.each(['folder', 'file'])('never overwrites a %s', async (kind) => {
    const below = await temporaryFolder();
    const path = join(below, 'mine');
    await (kind === 'folder' ? mkdir(path) : writeFile(path, 'mine'));
    await expect(write(path)).rejects.toMatchObject({
      code: 'call.invalid',
      message: `${path} exists: choose another name for the new folder.`,
    });
    expect(await readdir(below)).toEqual(['mine']);
    if (kind === 'folder') expect(await readdir(path)).toEqual([]);
  });

  it.skipIf(!small)('leaves nothing behind when the disk has no room for a part', async () => {
    const path = join(small!.path, 'new');
    await expect(
      write(path, [...FILES, { path: 'large.yml', text: 'x'.repeat(1_000_000) }]),
    ).rejects.toMatchObject({
      code: 'disk.denied',
      message: `${path} cannot be written: choose another place for the new folder.`,
    });
    expect(await readdir(small!.path)).toEqual([]);
  });

  it('leaves a folder alone that another program creates meanwhile', async () => {
    const below = await temporaryFolder();
    const path = join(below, 'new');
    workspace.fs.rename.mockImplementationOnce(async () => {
      await mkdir(path);
      await writeFile(join(path, 'theirs'), '');
      throw new Error('It exists.');
    });
    await expect(write(path)).rejects.toMatchObject({ code: 'disk.denied' });
    expect(await readdir(below)).toEqual(['new']);
    expect(await readdir(path)).toEqual(['theirs']);
  });

  it('is refused below a file, and leaves nothing behind', async () => {
    const below = await temporaryFolder();
    await writeFile(join(below, 'file'), '');
    await expect(write(join(below, 'file/new'))).rejects.toMatchObject({ code: 'disk.denied' });
    expect(await readdir(below)).toEqual(['file']);
  });

  it.skipIf(!small)('is refused on a read-only disk, and leaves nothing behind', async () => {
    small!.makeReadOnly();
    await expect(write(join(small!.path, 'new'))).rejects.toMatchObject({ code: 'disk.denied' });
    expect(await readdir(small!.path)).toEqual([]);
  });
});
