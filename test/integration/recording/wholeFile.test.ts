import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { requireOutside, writeWhole, writeWholeFolder } from '../../../src/recording/wholeFile.ts';
import { temporaryFolder } from '../../support/folders.ts';

/** Writes a file piece by piece without end, and says when the first one is on its way. */
const PROGRAM = `
  import { writeWhole } from './src/recording/wholeFile.ts';
  writeWhole(process.argv[2], async (file) => {
    for (;;) {
      await file.writeFile(Buffer.alloc(65536, 'new'));
      process.stdout.write('.');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
`;

describe('a process that is killed with -9 while it saves a file', () => {
  it('leaves the old file as it was', async () => {
    const folder = await temporaryFolder();
    const [program, target] = [join(folder, 'program.cjs'), join(folder, 'saved.bin')];
    const stdin = { contents: PROGRAM, loader: 'ts', resolveDir: resolve('.') } as const;
    await build({ stdin, bundle: true, platform: 'node', outfile: program, logLevel: 'silent' });
    await writeFile(target, 'old');

    const child = spawn(process.execPath, [program, target], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readFile(target, 'utf8')).toBe('old');
    // It was in the midst of writing another.
    const others = (await readdir(folder)).filter((name) => name !== 'program.cjs' && name !== 'saved.bin');
    expect(others).toHaveLength(1);
  });
});

describe('a target that cannot be written', () => {
  const save = {
    file: (target: string) => writeWhole(target, (file) => file.writeFile('new')),
    folder: (target: string) => writeWholeFolder(target, (folder) => writeFile(join(folder, 'a'), 'new')),
  };

  it.each(['file', 'folder'] as const)('is named with its reason below a file, for a %s', async (kind) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), 'old');
    await expect(save[kind](join(folder, 'file', 'inner'))).rejects.toMatchObject({
      code: 'disk.denied',
      message: expect.stringMatching(/inner cannot be used \(ENOTDIR\): check that its folder exists/),
    });
    expect(await readdir(folder)).toEqual(['file']);
  });

  it.each(['file', 'folder'] as const)('may have a name as long as a name can be, for a %s', async (kind) => {
    const folder = await temporaryFolder();
    const longest = '𠮷'.repeat(63) + 'abc';
    await save[kind](join(folder, longest));
    expect(await readdir(folder)).toEqual([longest]);
    await expect(save[kind](join(folder, `${longest}d`))).rejects.toMatchObject({ code: 'disk.denied' });
    expect(await readdir(folder)).toEqual([longest]);
  });

  it('is taken by a link that points nowhere, for a folder', async () => {
    const folder = await temporaryFolder();
    await symlink('nowhere', join(folder, 'link'));
    await expect(save.folder(join(folder, 'link'))).rejects.toMatchObject({
      code: 'call.invalid',
      message: expect.stringMatching(/link exists: choose another name for the new folder\.$/),
    });
    expect(await readdir(folder)).toEqual(['link']);
  });
});

describe('a place outside of a recording', () => {
  async function setUp(): Promise<string> {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'rec', 'units'), { recursive: true });
    await symlink(join(folder, 'rec'), join(folder, 'link'));
    await symlink(folder, join(folder, 'rec', 'out'));
    return folder;
  }

  it.each([
    'rec',
    'rec/a',
    'rec/units/a',
    'rec/none/at/all',
    'link',
    'link/a',
    'x/../rec/a',
    '..rec/../rec/a',
  ])('is not %s', async (target) => {
    const folder = await setUp();
    for (const recording of ['rec', 'link'])
      await expect(requireOutside(join(folder, recording), `${folder}/${target}`)).rejects.toMatchObject({
        code: 'call.invalid',
      });
  });

  it.each(['a', 'rec.har', 'record/a', '..rec', 'none/at/all', 'rec/../a', 'rec/out/a'])(
    'is %s',
    async (target) => {
      const folder = await setUp();
      await expect(requireOutside(join(folder, 'rec'), `${folder}/${target}`)).resolves.toBeUndefined();
    },
  );

  it('is the folder above it, and the root', async () => {
    const folder = await setUp();
    for (const target of [folder, '/'])
      await expect(requireOutside(join(folder, 'rec'), target)).resolves.toBeUndefined();
  });
});
