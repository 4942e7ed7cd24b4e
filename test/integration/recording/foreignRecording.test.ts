import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { RecordingReader } from '../../../src/recording/read/reader.ts';
import { removeRecording } from '../../../src/recording/write/removeRecording.ts';
import { saveRows } from '../../../src/recording/read/save.ts';
import { writeWhole } from '../../../src/recording/wholeFile.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { mounted } from '../../support/mounts.ts';
import { appendRows, manifest } from '../../support/recordings.ts';

const SECRET = 'years of work';

/** A recording of three rows beside a file that does not belong to it. */
async function foreign(change = {}): Promise<{ folder: string; victim: string }> {
  const parent = await temporaryFolder();
  const folder = join(parent, 'recording');
  const appender = Appender.create(folder, manifest(change));
  appendRows(appender, [{ payload: 'one' }, { payload: 'two' }, { payload: 'three' }]);
  appender.close();
  const victim = join(parent, 'victim.txt');
  writeFileSync(victim, SECRET);
  return { folder, victim };
}

/** Everything about the files of a folder that writing to them changes. */
function stateOf(folder: string): unknown {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { mode, size, mtimeMs, ctimeMs, ino } = lstatSync(join(folder, name));
      return [name, mode, size, mtimeMs, ctimeMs, ino];
    });
}

async function view(engine: Engine, folder: string): Promise<string> {
  try {
    const session = await engine.reopen(folder);
    await session.readRows(0, 10);
    await session.readFrames(0, 0, 10);
    await engine.remove(session);
    return 'viewed';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const FILES = [
  'payload-0000.bin',
  'payload-0001.bin',
  'index.bin',
  'frames.bin',
  'session.json',
  'session.json.new',
  'writer.lock',
];

/** Replaces a file of a recording with something else. */
const TRAPS: Record<string, (file: string, victim: string) => void> = {
  'a link to a file outside': (file, victim) => symlinkSync(victim, file),
  'a link that leads nowhere': (file, victim) => symlinkSync(`${victim}.new`, file),
  'a link to a device': (file) => symlinkSync('/dev/null', file),
  'a hard link to a file outside': (file, victim) => linkSync(victim, file),
  'a pipe': (file) => execFileSync('mkfifo', [file]),
  'a folder': (file) => mkdirSync(file),
};

describe.skipIf(process.platform === 'win32').each(Object.keys(TRAPS))('%s in a recording', (trap) => {
  it.each(FILES)('in the place of %s: viewing and continuing change nothing outside', async (name) => {
    const { engine } = await testEngine();
    const { folder, victim } = await foreign();
    rmSync(join(folder, name), { force: true });
    TRAPS[trap]!(join(folder, name), victim);
    const before = stateOf(join(folder, '..'));

    expect(await view(engine, folder)).toMatch(/^(viewed|file\.invalid|disk\.denied)$/);
    expect(stateOf(join(folder, '..'))).toEqual(before);

    // Further writing is refused or replaces the trap by a file; the file to which the trap leads stays unchanged.
    for (const act of [() => Appender.resume(folder), () => Appender.create(folder, manifest())]) {
      try {
        const appender = act();
        appendRows(appender, [{ payload: 'more' }]);
        appender.close();
      } catch (error) {
        expect(error).toMatchObject({ name: 'DuplexError', code: /^(file|disk)\./ });
      }
    }
    expect(readFileSync(victim, 'utf8')).toBe(SECRET);
    expect(existsSync(`${victim}.new`)).toBe(false);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    await removeRecording(folder).catch((error: unknown) =>
      expect(error).toMatchObject({ name: 'DuplexError', code: /^disk\./ }),
    );
    expect(readFileSync(victim, 'utf8')).toBe(SECRET);
  });
});

describe('a recording of somebody else', () => {
  it('is not changed by viewing it, also with a torn tail or the lock of a crash', async () => {
    const { engine } = await testEngine();
    const { folder } = await foreign();
    writeFileSync(join(folder, 'index.bin'), new Uint8Array(17), { flag: 'a' });
    writeFileSync(join(folder, 'payload-0000.bin'), 'torn', { flag: 'a' });
    writeFileSync(join(folder, 'writer.lock'), '999999999');
    const before = stateOf(folder);
    expect(await view(engine, folder)).toBe('viewed');
    expect(stateOf(folder)).toEqual(before);
  });

  it('is not removed when its view is closed, even if it is marked as temporary', async () => {
    const { engine } = await testEngine();
    const { folder } = await foreign({ keep: false });
    const before = stateOf(folder);
    expect(await view(engine, folder)).toBe('viewed');
    expect(stateOf(folder)).toEqual(before);
  });

  it('is locked and repaired when a connection is about to append', async () => {
    const [{ engine, errors }, server] = [await testEngine(), await demoServer()];
    const { folder } = await foreign({ url: `${server.url}/echo` });
    writeFileSync(join(folder, 'payload-0000.bin'), 'torn', { flag: 'a' });
    const session = await engine.reopen(folder);
    expect(existsSync(join(folder, 'writer.lock'))).toBe(false);
    await session.connect();
    expect(existsSync(join(folder, 'writer.lock'))).toBe(true);
    await session.send({ kind: 'text', data: Buffer.from('four') });
    await until(session, () => session.rows === 6);
    const rows = await session.readRows(2, 4);
    expect(rows.map((row) => row.kind)).toEqual(['text', 'open', 'text', 'text']);
    expect(rows.map((row) => row.preview)).toEqual([
      'three',
      expect.stringMatching(/^HTTP 101/),
      'four',
      'four',
    ]);
    await engine.remove(session);
    expect(openRecording(folder)).toMatchObject({ rows: 7, tornBytes: 0 });
    expect(existsSync(join(folder, 'writer.lock'))).toBe(false);
    expect(errors).toEqual([]);
  });

  it('can be renamed without keeping its lock', async () => {
    const { engine } = await testEngine();
    const { folder } = await foreign();
    const session = await engine.reopen(folder);
    session.rename('mine now');
    await session.flush();
    expect(readdirSync(folder).sort()).toEqual(['index.bin', 'payload-0000.bin', 'session.json']);
    expect(openRecording(folder).manifest.name).toBe('mine now');
  });

  it('that gets a link between viewing and connecting is not written through it', async () => {
    const [{ engine, errors }, server] = [await testEngine(), await demoServer()];
    const { folder, victim } = await foreign({ url: `${server.url}/echo` });
    const session = await engine.reopen(folder);
    const payload = join(folder, 'payload-0000.bin');
    renameSync(payload, `${victim}.payload`);
    symlinkSync(`${victim}.payload`, payload);
    await session.connect();
    expect(session.summary).toMatchObject({ state: 'open', unrecorded: { messages: 1 } });
    expect(errors).toMatchObject([{ code: 'file.invalid', message: /payload-0000\.bin is a link/ }]);
    expect(readFileSync(`${victim}.payload`, 'utf8')).toBe('onetwothree');
  });
});

const readOnly = await mounted('tmpfs');

describe.skipIf(readOnly === undefined)('a recording on a read-only medium (needs to mount a tmpfs)', () => {
  it('can be viewed; a connection works without being recorded, and says so', async () => {
    const [{ engine, errors }, server] = [await testEngine(), await demoServer()];
    const folder = join(readOnly!.path, 'recording');
    const appender = Appender.create(folder, manifest({ url: `${server.url}/echo` }));
    appendRows(appender, [{ payload: 'kept' }]);
    appender.close();
    readOnly!.makeReadOnly();
    const session = await engine.reopen(folder);
    expect((await session.readRows(0, 10)).map((row) => row.preview)).toEqual(['kept']);
    expect(errors).toEqual([]);
    await session.connect();
    expect(session.summary).toMatchObject({ state: 'open', unrecorded: { messages: 1 } });
    expect(errors).toMatchObject([{ code: 'disk.denied', message: /\(EROFS\)/ }]);
    await engine.remove(session);
    expect(openRecording(folder).rows).toBe(1);
  });
});

describe.skipIf(process.platform === 'win32')('modes', () => {
  const mode = (path: string): number => statSync(path).mode & 0o777;

  it('let only the owner read the recording', async () => {
    const parent = await temporaryFolder();
    const folder = join(parent, 'new', 'recording');
    const appender = Appender.create(folder, manifest({ segmentBytes: 4 }));
    appendRows(appender, [{ payload: 'over several segments' }]);
    expect([join(parent, 'new'), folder].map(mode)).toEqual([0o700, 0o700]);
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(6);
    expect(names).toContain('writer.lock');
    for (const name of names) expect([name, mode(join(folder, name))]).toEqual([name, 0o600]);
    appender.close();
    Appender.resume(folder).close();
    for (const name of readdirSync(folder)) expect(mode(join(folder, name))).toBe(0o600);
  });

  it('do the same for saved files, also over a file that others could read', async () => {
    const { folder, victim } = await foreign();
    const reader = RecordingReader.open(folder);
    const { signal } = new AbortController();
    for (const target of [`${victim}.jsonl`, victim]) {
      await saveRows(reader, { from: 0, end: 3 }, 'jsonl', target, { signal, onProgress: () => {} });
      expect(mode(target)).toBe(0o600);
    }
    reader.close();
  });
});

describe.skipIf(process.platform === 'win32')('saving', () => {
  it('over a link replaces the link, not its target', async () => {
    const { folder, victim } = await foreign();
    const target = join(folder, 'saved.txt');
    symlinkSync(victim, target);
    await writeWhole(target, (file) => file.writeFile('saved'));
    expect([readFileSync(target, 'utf8'), readFileSync(victim, 'utf8')]).toEqual(['saved', SECRET]);
  });

  it('over a pipe or a folder is refused', async () => {
    const { folder } = await foreign();
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const target of [pipe, join(folder, '..')])
      await expect(writeWhole(target, (file) => file.writeFile('x'))).rejects.toMatchObject({
        code: 'disk.denied',
        message: /is a (pipe|folder), not a file: choose another name/,
      });
    expect(statSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
