import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lock, newWriterId, processStart, unlock, writerOf } from '../../../src/recording/write/lock.ts';
import { temporaryFolder } from '../../support/folders.ts';

const fileIn = (folder: string): string => join(folder, 'writer.lock');
const isLinux = process.platform === 'linux';

describe('the writer lock of a recording', () => {
  it('names this process while it writes', async () => {
    const folder = await temporaryFolder();
    const writer = newWriterId();
    expect(writerOf(folder)).toBeUndefined();
    lock(folder, writer);
    expect(writerOf(folder)).toBe(process.pid);
    expect(() => lock(folder, newWriterId())).toThrow(/a session of this window/);
    unlock(folder, writer);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is removed only by the writer that created it', async () => {
    const folder = await temporaryFolder();
    const writer = newWriterId();
    lock(folder, writer);
    unlock(folder, newWriterId());
    expect(writerOf(folder)).toBe(process.pid);
    unlock(folder, writer);
    expect(writerOf(folder)).toBeUndefined();
  });

  it('is never removed if another program owns it, even by a writer with the same id', async () => {
    const folder = await temporaryFolder();
    const writer = newWriterId();
    const mark = `1 ${processStart(1) ?? '-'} - ${writer}`;
    writeFileSync(fileIn(folder), mark);
    expect(() => lock(folder, writer)).toThrow(/process 1/);
    unlock(folder, writer);
    expect(readFileSync(fileIn(folder), 'utf8')).toBe(mark);
  });

  it('is respected if it names another live process, with or without its start', async () => {
    const folder = await temporaryFolder();
    for (const mark of ['1', `1 ${processStart(1) ?? ''}`.trim()]) {
      writeFileSync(fileIn(folder), mark);
      expect(writerOf(folder)).toBe(1);
      expect(() => lock(folder, newWriterId())).toThrow(/another window or program \(process 1\)/);
    }
  });

  it('is stale if its process is dead', async () => {
    const folder = await temporaryFolder();
    for (const mark of ['999999999', '999999999 42', '999999999 42 boot id']) {
      writeFileSync(fileIn(folder), mark);
      expect(writerOf(folder)).toBeUndefined();
      const writer = newWriterId();
      lock(folder, writer);
      expect(writerOf(folder)).toBe(process.pid);
      unlock(folder, writer);
    }
  });

  it.each(['', 'x', '-1', '0', '1.5', '\0', '9'.repeat(2000)])(
    'counts as held if it cannot be read, such as %j',
    async (mark) => {
      const folder = await temporaryFolder();
      writeFileSync(fileIn(folder), mark);
      expect(writerOf(folder)).toBe(0);
      expect(() => lock(folder, newWriterId())).toThrow(
        expect.objectContaining({
          code: 'disk.denied',
          message: expect.stringMatching(/its lock cannot be read: .* delete .*writer\.lock\.$/),
        }),
      );
      expect(readFileSync(fileIn(folder), 'utf8')).toBe(mark);
    },
  );

  it('counts as held if it is a folder or a link, even without a target', async () => {
    const folder = await temporaryFolder();
    mkdirSync(fileIn(folder));
    expect(() => lock(folder, newWriterId())).toThrow(/cannot be read/);
    for (const target of ['victim.txt', 'nowhere']) {
      const other = await temporaryFolder();
      writeFileSync(join(other, 'victim.txt'), '999999999');
      symlinkSync(join(other, target), fileIn(other));
      expect(() => lock(other, newWriterId())).toThrow(/cannot be read/);
      unlock(other, newWriterId());
      expect(readdirSync(other).sort()).toEqual(['victim.txt', 'writer.lock']);
      expect(readFileSync(join(other, 'victim.txt'), 'utf8')).toBe('999999999');
    }
  });

  it.skipIf(process.platform === 'win32')(
    'counts as held if it is a pipe, without waiting for it',
    async () => {
      const folder = await temporaryFolder();
      execFileSync('mkfifo', [fileIn(folder)]);
      expect(writerOf(folder)).toBe(0);
      expect(() => lock(folder, newWriterId())).toThrow(/cannot be read/);
    },
  );

  it('is stale if it is empty and older than the boot, as after a power failure', async () => {
    const folder = await temporaryFolder();
    writeFileSync(fileIn(folder), '');
    utimesSync(fileIn(folder), 1, 1);
    const writer = newWriterId();
    lock(folder, writer);
    expect(writerOf(folder)).toBe(process.pid);
  });

  it.runIf(isLinux)('is taken over if its process number was reused, even by this process', async () => {
    const folder = await temporaryFolder();
    for (const pid of [1, process.pid]) {
      writeFileSync(fileIn(folder), `${pid} 42`);
      expect(writerOf(folder)).toBeUndefined();
      const writer = newWriterId();
      lock(folder, writer);
      const [owner, start] = readFileSync(fileIn(folder), 'utf8').split(' ');
      expect([owner, start]).toEqual([String(process.pid), processStart(process.pid)]);
      unlock(folder, writer);
    }
  });

  it.runIf(isLinux)(
    'is taken over if it is older than the boot, even with the same process number and start',
    async () => {
      const folder = await temporaryFolder();
      writeFileSync(fileIn(folder), `1 ${processStart(1)} 00000000-0000-0000-0000-000000000000 id`);
      expect(writerOf(folder)).toBeUndefined();
      lock(folder, newWriterId());
      expect(readFileSync(fileIn(folder), 'utf8')).toContain(
        readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      );
    },
  );

  it('stays with its writer after a worker crash', async () => {
    const folder = await temporaryFolder();
    const writer = newWriterId();
    lock(folder, writer);
    const mark = readFileSync(fileIn(folder), 'utf8');
    lock(folder, writer);
    expect(readFileSync(fileIn(folder), 'utf8')).toBe(mark);
    unlock(folder, writer);
    expect(existsSync(fileIn(folder))).toBe(false);
  });

  it('is taken over even if a process was killed during its own takeover', async () => {
    const folder = await temporaryFolder();
    writeFileSync(fileIn(folder), '999999999');
    const writer = newWriterId();
    lock(folder, writer);
    unlock(folder, writer);
    // The same again, with the claim that the first take-over made and removed.
    writeFileSync(fileIn(folder), '999999999');
    const claim = 'bb421fa35db885ce';
    writeFileSync(`${fileIn(folder)}.${claim}`, '999999998');
    lock(folder, writer);
    expect(readdirSync(folder)).toEqual(['writer.lock']);
  });
});

describe('processStart', () => {
  it.runIf(isLinux)('stays the same, and differs between processes', () => {
    expect(processStart(process.pid)).toMatch(/^\d+$/);
    expect(processStart(process.pid)).toBe(processStart(process.pid));
    expect(processStart(process.pid)).not.toBe(processStart(1));
  });

  it('is unknown for a missing process', () => {
    expect(processStart(999_999_999)).toBeUndefined();
  });
});
