import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ImportJob } from '../../../src/engine/importJob.ts';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { ImportRequest, ReadImport } from '../../../src/shared/importProtocol.ts';
import { mounted } from '../../support/mounts.ts';

const small = await mounted('tmpfs', 'size=30m');

const WORKERS = join(import.meta.dirname, '../../../dist/workers');
const FIXTURES = join(import.meta.dirname, '../../fixtures/import');

/** Of the large HAR. */
const CONNECTIONS = 4;
const MESSAGES = 50_000;
const MEGABYTES = 60;

let folder: string;
let large: string;
let job: ImportJob;
const errors: string[] = [];
const signal = new AbortController().signal;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'duplex-import-'));
  large = join(folder, 'large.har');
  await writeLarge(large);
}, 120_000);
beforeEach(() => {
  job = new ImportJob(WORKERS, ({ message }) => errors.push(message));
});
afterEach(async () => {
  await job.dispose();
  expect(errors.splice(0)).toEqual([]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A HAR of Chrome with a few connections of many messages. */
async function writeLarge(path: string): Promise<void> {
  const file = await open(path, 'w');
  const pad = 'x'.repeat((MEGABYTES * 1_000_000) / (CONNECTIONS * MESSAGES) - 110);
  await file.write('{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[');
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    const request = { method: 'GET', url: `wss://h${connection}.test/`, headers: [] };
    const entry = JSON.stringify({
      startedDateTime: '2026-11-03T12:00:00.000Z',
      time: 1,
      request,
      response: { status: 101, headers: [] },
      _resourceType: 'websocket',
    });
    const messages = Array.from({ length: MESSAGES }, (_, row) =>
      JSON.stringify({
        type: row % 2 === 0 ? 'send' : 'receive',
        time: 1_793_707_200 + row / 1000,
        opcode: 1,
        data: `{"row":${row},"pad":"${pad}"}`,
      }),
    );
    await file.write(
      `${connection > 0 ? ',' : ''}${entry.slice(0, -1)},"_webSocketMessages":[${messages.join(',')}]}`,
    );
  }
  await file.write(']}}');
  await file.close();
}

/** Measures the longest time, in milliseconds, in which this thread did nothing else. */
async function longestStall<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly stall: number; readonly took: number }> {
  const began = performance.now();
  let last = began;
  let stall = 0;
  const look = (): void => {
    stall = Math.max(stall, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(look, 1);
  try {
    const value = await work();
    look();
    return { value, stall, took: performance.now() - began };
  } finally {
    clearInterval(timer);
  }
}

const fileOf = (path: string): ImportRequest => ({ source: { path }, title: 'large' });

const wantedBelow = ({ recordings }: ReadImport, below: string): { id: number; folder: string }[] =>
  recordings.map(({ id, name }) => ({ id, folder: join(below, name) }));

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('importing a large HAR', () => {
  /** Milliseconds that reading it took. */
  let reading = 0;

  it('reads and writes it while this thread is free', { timeout: 120_000 }, async () => {
    const target = join(folder, 'whole');
    const read = await longestStall(() => job.read(fileOf(large), 'large.har', { signal }));
    reading = read.took;
    const wanted = wantedBelow(read.value, target);
    const complete: number[] = [];
    const written = await longestStall(() =>
      job.write(wanted, { signal, onWritten: (count) => complete.push(count) }),
    );
    // A part of the whole, because a busy machine stretches both; on this thread, reading it is one stall.
    expect(read.stall).toBeLessThan(read.took / 4);
    expect(written.stall).toBeLessThan(Math.max(written.took / 4, 100));
    expect(complete).toEqual([...complete].sort());
    expect(wanted).toHaveLength(CONNECTIONS);
    for (const each of wanted) {
      const recording = openRecording(each.folder);
      expect(recording.rows).toBe(MESSAGES + 1);
      expect(new TextDecoder().decode(recording.readPayload(MESSAGES))).toContain(`{"row":${MESSAGES - 1},`);
      recording.close();
    }
    expect(read.value.left).toContain('This request has 100 of the 25000 messages that were sent.');
  });

  it.each([0.05, 0.25, 0.45])(
    'stops reading at once when it is cancelled after %d of the time',
    { timeout: 60_000 },
    async (part) => {
      const cancel = new AbortController();
      const before = readdirSync(folder).sort();
      const refused = expect(job.read(fileOf(large), 'large.har', { signal: cancel.signal })).rejects.toThrow(
        'Nobody wants it.',
      );
      await new Promise((resolve) => setTimeout(resolve, reading * part));
      const began = performance.now();
      cancel.abort(new DuplexError('call.cancelled', 'Nobody wants it.'));
      await refused;
      expect(performance.now() - began).toBeLessThan(1000);
      await job.dispose();
      expect(readdirSync(folder).sort()).toEqual(before);
      await expect(job.read(fileOf(large), 'large.har', { signal })).rejects.toMatchObject({
        code: 'call.disposed',
      });
    },
  );

  it('leaves no recording when it is cancelled during writing', { timeout: 120_000 }, async () => {
    const cancel = new AbortController();
    const target = join(folder, 'cancelled');
    await mkdir(target);
    const read = await job.read(fileOf(large), 'large.har', { signal });
    const writing = job.write(wantedBelow(read, target), { signal: cancel.signal });
    const refused = expect(writing).rejects.toThrow('Nobody wants it.');
    await until(() => readdirSync(target).length > 1);
    cancel.abort(new DuplexError('call.cancelled', 'Nobody wants it.'));
    await refused;
    expect(readdirSync(target)).toEqual([]);
  });
});

describe('an import that ends during writing', () => {
  it('leaves no recording when its worker is ended', { timeout: 120_000 }, async () => {
    const target = join(folder, 'ended');
    await mkdir(target);
    const read = await job.read(fileOf(large), 'large.har', { signal });
    const writing = job.write(wantedBelow(read, target), { signal }).catch((error: unknown) => error);
    await until(() => readdirSync(target).length > 1);
    await job.dispose();
    expect(await writing).toMatchObject({ code: 'call.disposed' });
    expect(readdirSync(target)).toEqual([]);
  });

  it('leaves no recording when its worker crashes', { timeout: 120_000 }, async () => {
    const target = join(folder, 'crashed');
    const workers = join(folder, 'workers');
    await mkdir(workers);
    // The same worker, which throws outside of any call as soon as it writes a second recording.
    await writeFile(
      join(workers, 'import.js'),
      `const { existsSync, readdirSync } = require('node:fs');
      setInterval(() => {
        if (existsSync(${JSON.stringify(target)}) && readdirSync(${JSON.stringify(target)}).length > 1)
          throw new Error('It broke.');
      }, 1);
      require(${JSON.stringify(join(WORKERS, 'import.js'))});`,
    );
    const crashing = new ImportJob(workers, ({ message }) => crashes.push(message));
    const crashes: string[] = [];
    await mkdir(target);
    const read = await crashing.read(fileOf(large), 'large.har', { signal });
    await expect(crashing.write(wantedBelow(read, target), { signal })).rejects.toMatchObject({
      code: 'call.disposed',
      message: 'The import worker crashed: try again.',
    });
    expect(crashes).toEqual(['The import worker crashed: It broke.']);
    expect(readdirSync(target)).toEqual([]);
    await crashing.dispose();
  });

  it('keeps a recording that was there before', { timeout: 120_000 }, async () => {
    const target = join(folder, 'before');
    const chrome = await job.read(fileOf(join(FIXTURES, 'chrome.har')), 'chrome.har', { signal });
    await job.write([{ id: chrome.recordings[0]!.id, folder: join(target, 'last') }], { signal });
    const before = readdirSync(join(target, 'last')).sort();
    const read = await job.read(fileOf(large), 'large.har', { signal });
    const wanted = wantedBelow(read, target);
    const writing = job
      .write([...wanted, { id: chrome.recordings[0]!.id, folder: join(target, 'last') }], { signal })
      .catch((error: unknown) => error);
    await until(() => readdirSync(target).length > 2);
    await job.dispose();
    expect(await writing).toMatchObject({ code: 'call.disposed' });
    expect(readdirSync(target)).toEqual(['last']);
    expect(readdirSync(join(target, 'last')).sort()).toEqual(before);
  });

  it.skipIf(!small)('leaves no recording when the disk is full', { timeout: 120_000 }, async () => {
    const target = join(small!.path, 'full');
    const read = await job.read(fileOf(large), 'large.har', { signal });
    await expect(job.write(wantedBelow(read, target), { signal })).rejects.toMatchObject({
      code: 'disk.full',
    });
    expect(existsSync(target) ? readdirSync(target) : []).toEqual([]);
  });
});

it('refuses an import of too many values, and ends nothing else', { timeout: 120_000 }, async () => {
  const many = join(folder, 'many.json');
  await writeFile(many, `[${'{},'.repeat(9_000_000)}{}]`);
  await expect(job.read(fileOf(many), 'many.json', { signal })).rejects.toMatchObject({
    code: 'file.invalid',
    message: 'many.json: It has more than 8 million values: export a part of it.',
  });
});

describe('importing', () => {
  it('reads requests and secrets from a text, and transfers only buffers that it owns', async () => {
    const text = new TextEncoder().encode(
      `xxcurl -H 'Authorization: Bearer abcdef123456' --data x ws://127.0.0.1:1/a`,
    );
    const shared = text.subarray(2);
    const request: ImportRequest = { source: { name: '', bytes: shared }, title: 'imported' };
    const read = await job.read(request, '-', { signal });
    expect(read.files).toEqual([
      {
        name: 'imported.ws',
        kind: 'requests',
        text: expect.stringContaining('Authorization: Bearer {{$secret authorization}}\n') as unknown,
      },
    ]);
    expect([...read.secrets]).toEqual([['authorization', 'abcdef123456']]);
    expect(read.left).toEqual(['The option --data of curl is not carried over.']);
    expect(shared.length).toBe(text.length - 2);

    const own = text.slice(2);
    await job.read({ source: { name: '', bytes: own }, title: 'imported' }, '-', { signal });
    expect(own.length).toBe(0);
  });

  it('keeps the recordings of several files apart', async () => {
    const target = join(folder, 'several');
    const first = await job.read(fileOf(join(FIXTURES, 'chrome.har')), 'a', { signal });
    const second = await job.read(fileOf(join(FIXTURES, 'mitmproxy.har')), 'b', { signal });
    expect(second.recordings.length).toBeGreaterThan(0);
    await job.write(wantedBelow(second, target), { signal });
    expect(readdirSync(target).sort()).toEqual(second.recordings.map(({ name }) => name).sort());
    const ids = [...first.recordings, ...second.recordings].map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => index));
  });

  it('reports progress by file for a folder', { timeout: 60_000 }, async () => {
    const many = join(folder, 'many');
    await mkdir(many);
    const text = JSON.stringify(Array.from({ length: 8000 }, (_, index) => ({ index, name: 'x' })));
    for (let index = 0; index < 60; index++) await writeFile(join(many, `${index}.json`), text);
    const seen: [number, number][] = [];
    const onFile = (...progress: [number, number]): void => void seen.push(progress);
    await expect(job.read(fileOf(many), 'many', { signal, onFile })).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/^many: This is not a format that is imported/) as unknown,
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every(([done, total]) => done > 0 && done <= total && total === 60)).toBe(true);
  });

  it('reports the cause of an error', async () => {
    const har = fileOf(join(FIXTURES, 'chrome.har'));
    await expect(job.read({ ...har, from: 'excel' }, 'a.har', { signal })).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringContaining(
        'a.har: There is no format excel: use one of command-line, har,',
      ) as unknown,
    });
    await expect(job.read(fileOf(join(folder, 'none')), 'none', { signal })).rejects.toMatchObject({
      code: 'disk.denied',
    });
    const unread = join(folder, 'unread');
    await expect(job.write([{ id: 9, folder: unread }], { signal })).rejects.toMatchObject({
      code: 'call.invalid',
    });
    expect(existsSync(unread)).toBe(false);
  });

  it('starts nothing if it was cancelled before', async () => {
    const cancelled = AbortSignal.abort(new DuplexError('call.cancelled', 'Nobody wants it.'));
    const har = fileOf(join(FIXTURES, 'chrome.har'));
    await expect(job.read(har, 'a.har', { signal: cancelled })).rejects.toThrow('Nobody wants it.');
    await expect(job.write([], { signal: cancelled })).rejects.toThrow('Nobody wants it.');
    // The job itself goes on.
    expect((await job.read(har, 'a.har', { signal })).recordings).not.toEqual([]);
  });
});
