import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ImportedRow } from '../../src/core/convert/imported.ts';
import { writeRecording } from '../../src/engine/recordingFile.ts';
import { endAll, start, type Result } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

/** Many enough that each export and import is still writing when it is interrupted. */
const ROWS = 1_000_000;

let folder: RequestFolder;

function* rows(): Generator<ImportedRow> {
  const payload = new TextEncoder().encode('{"price":1,"pad":"xxxxxxxxxxxxxxxx"}');
  for (let row = 0; row < ROWS; row++)
    yield { kind: 'text', direction: row % 2 === 0 ? 'in' : 'out', flags: 0, time: row * 10, payload };
}

beforeAll(async () => {
  folder = requestFolder();
  await writeRecording(join(folder.path, 'rec'), {
    name: 'large',
    url: 'ws://127.0.0.1:1/',
    startedAt: '2026-11-03T12:00:00.000Z',
    requestHeaders: [],
    responseHeaders: [],
    rows,
  });
  const args = ['export', 'rec', '--to', 'har', '--range', '0..399999', '--output', 'large.har'];
  const { status, stderr } = await folder.duplex(args);
  expect(status, stderr).toBe(0);
}, 120_000);
afterEach(endAll);
afterAll(() => folder.remove());

/** Waits until the program has begun to write. */
async function until(isWriting: () => boolean): Promise<void> {
  while (!isWriting()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const names = (): string[] => readdirSync(folder.path).sort();

type Signals = readonly NodeJS.Signals[];

/** Runs a command, and interrupts it as soon as it writes. */
async function interrupted(args: readonly string[], signals: Signals): Promise<Result> {
  const before = names();
  const { child, result } = folder.start(args);
  await until(() => names().length > before.length);
  for (const signal of signals) child.kill(signal);
  const ended = await result;
  expect(names()).toEqual(before);
  return ended;
}

describe('an interrupt while files are written', () => {
  it.each<[Signals, string, readonly string[]]>([
    [['SIGINT'], 'har', []],
    [['SIGTERM'], 'jsonl', []],
    [['SIGINT', 'SIGINT'], 'text', []],
    [['SIGINT'], 'payloads', []],
    [['SIGINT'], 'csv', ['--filter', 'in']],
    [['SIGTERM'], 'csv', ['--search', 'is nowhere']],
  ])('%j ends an export to %s %j and leaves nothing', { timeout: 60_000 }, async (signals, kind, more) => {
    const args = ['export', 'rec', '--to', kind, '--output', 'out', ...more];
    const { status, stderr } = await interrupted(args, signals);
    expect(stderr).toBe('duplex: The export was cancelled: nothing is written.\n');
    expect(status).toBe(2);
  });

  it.each<Signals>([['SIGINT'], ['SIGTERM']])(
    '%s ends an import and leaves no recording and no folder',
    { timeout: 120_000 },
    async (...signals) => {
      const { status, stderr } = await interrupted(['import', 'large.har', '--output', 'made/out'], signals);
      expect(stderr).toBe('duplex: The import was cancelled: nothing is written.\n');
      expect(status).toBe(2);
    },
  );

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
    '%s ends an import that still waits for its input',
    { timeout: 60_000 },
    async (signal) => {
      const before = names();
      const { child, result } = start(['import', '-', '--output', 'made/out'], 'open', { cwd: folder.path });
      // It reads: a pipe holds less.
      const isTaken = new Promise((resolve) => child.stdin!.write(' '.repeat(1_000_000), resolve));
      await isTaken;
      child.kill(signal);
      const { status, stderr } = await result;
      expect(stderr).toBe('duplex: The import was cancelled: nothing is written.\n');
      expect(status).toBe(2);
      expect(names()).toEqual(before);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'SIGINT ends an import while a file is read',
    { timeout: 60_000 },
    async () => {
      execFileSync('mkfifo', [join(folder.path, 'pipe.har')]);
      const before = names();
      const { child, result } = folder.start(['import', 'pipe.har', '--output', 'made/out']);
      // Opened as soon as the import opens it.
      const pipe = await open(join(folder.path, 'pipe.har'), 'w');
      child.kill('SIGINT');
      await pipe.close();
      const { status, stderr } = await result;
      expect(stderr).toBe('duplex: The import was cancelled: nothing is written.\n');
      expect(status).toBe(2);
      expect(names()).toEqual(before);
    },
  );
});
