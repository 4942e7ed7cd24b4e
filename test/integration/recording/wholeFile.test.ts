import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
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
