import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/folders.ts';

const ROUNDS = 400;

/** Takes a lock on request, and reports whether it succeeded. */
const SOURCE = `
import { lock, unlock } from './lock.ts';
let writer = 0;
process.on('message', ({ folder, at, release }) => {
  if (release) {
    unlock(folder, String(writer));
    return process.send('released');
  }
  writer++;
  // Both begin in the same moment: a message takes a different time to each.
  while (Date.now() < at);
  try {
    lock(folder, String(writer));
    process.send('owns');
  } catch (error) {
    process.send(error.code === 'disk.denied' ? 'held' : String(error));
  }
});`;

const processes: ChildProcess[] = [];
const program = mkdtempSync(join(tmpdir(), 'duplex-test-'));

const answer = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => child.once('message', resolve));

beforeAll(async () => {
  const outfile = join(program, 'lockRace.cjs');
  const resolveDir = fileURLToPath(new URL('../../../src/recording/write', import.meta.url));
  const stdin = { contents: SOURCE, resolveDir, loader: 'js' as const };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  for (let i = 0; i < 2; i++) processes.push(fork(outfile));
});

afterAll(() => {
  for (const child of processes) child.kill();
  rmSync(program, { recursive: true, force: true });
});

/** Lets both ask for the lock in the same moment, and gives back what they answer. */
async function race(folder: string): Promise<unknown[]> {
  const at = Date.now() + 3;
  return Promise.all(
    processes.map((child) => {
      const answered = answer(child);
      child.send({ folder, at });
      return answered;
    }),
  );
}

async function release(folder: string): Promise<void> {
  await Promise.all(
    processes.map((child) => {
      const answered = answer(child);
      child.send({ folder, release: true });
      return answered;
    }),
  );
}

describe('two processes that want one recording', () => {
  it.each([
    ['whose writer was killed', '999999999 42'],
    ['that an older version left', '999999999'],
    ['that nobody has', undefined],
  ])('%s: exactly one gets it, in each of several hundred rounds', { timeout: 120_000 }, async (_, mark) => {
    const folder = await temporaryFolder();
    const file = join(folder, 'writer.lock');
    for (let round = 0; round < ROUNDS; round++) {
      // Each round its own: no writer leaves the same lock twice.
      if (mark !== undefined) writeFileSync(file, `${mark}${mark.includes(' ') ? round : ''}`);
      const answers = await race(folder);
      expect(answers.sort(), `round ${round}`).toEqual(['held', 'owns']);
      const owner = Number(readFileSync(file, 'utf8').split(' ')[0]);
      expect(processes.map(({ pid }) => pid)).toContain(owner);
      await release(folder);
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});
