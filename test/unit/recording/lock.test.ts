import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lock, unlock, writerOf } from '../../../src/recording/lock.ts';
import { processStart } from '../../../src/recording/processStart.ts';
import { temporaryFolder } from '../../support/folders.ts';

const fileIn = (folder: string): string => join(folder, 'writer.lock');

describe('the mark of who writes a recording', () => {
  it('names this process while it writes', async () => {
    const folder = await temporaryFolder();
    expect(writerOf(folder)).toBeUndefined();
    lock(folder);
    expect(writerOf(folder)).toBe(process.pid);
    expect(() => lock(folder)).toThrow(/a session of this window/);
    unlock(folder);
    expect(existsSync(fileIn(folder))).toBe(false);
  });

  it('is respected where it names another live process, with or without its start', async () => {
    const folder = await temporaryFolder();
    for (const mark of ['1', `1 ${processStart(1) ?? ''}`.trim()]) {
      writeFileSync(fileIn(folder), mark);
      expect(writerOf(folder)).toBe(1);
      expect(() => lock(folder)).toThrow(/another window or program \(process 1\)/);
    }
  });

  it.each(['999999999', '', 'x', '-1', '0', '1.5'])('counts for nothing where it is %j', async (mark) => {
    const folder = await temporaryFolder();
    writeFileSync(fileIn(folder), mark);
    expect(writerOf(folder)).toBeUndefined();
    lock(folder);
    expect(writerOf(folder)).toBe(process.pid);
  });

  it.skipIf(processStart(process.pid) === undefined)(
    'is taken over from a killed process whose number is another one now, this one included',
    async () => {
      const folder = await temporaryFolder();
      for (const pid of [1, process.pid]) {
        writeFileSync(fileIn(folder), `${pid} 42`);
        expect(writerOf(folder)).toBeUndefined();
        lock(folder);
        expect(readFileSync(fileIn(folder), 'utf8')).toBe(`${process.pid} ${processStart(process.pid)}`);
      }
    },
  );

  it('can be taken over from a worker of this process that crashed', async () => {
    const folder = await temporaryFolder();
    lock(folder);
    lock(folder, true);
    expect(writerOf(folder)).toBe(process.pid);
  });
});

describe('processStart', () => {
  it.skipIf(process.platform !== 'linux')('stays the same, and differs between processes', () => {
    expect(processStart(process.pid)).toMatch(/^\d+$/);
    expect(processStart(process.pid)).toBe(processStart(process.pid));
    expect(processStart(process.pid)).not.toBe(processStart(1));
  });

  it('is unknown of no process', () => {
    expect(processStart(999_999_999)).toBeUndefined();
  });
});
