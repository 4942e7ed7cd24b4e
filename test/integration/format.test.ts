import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileSchemaFile } from '../../src/recording/read/schemaFiles.ts';
import { Appender } from '../../src/recording/write/appender.ts';
import type { FormatWorkerCalls, FormatWorkerEvents, View } from '../../src/shared/formatProtocol.ts';
import { MAX_PULL, MiB } from '../../src/shared/limits.ts';
import { createRpc } from '../../src/shared/rpc.ts';
import type { Rpc } from '../../src/shared/rpc.ts';
import { workersFolder } from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';
import { pngOf } from '../support/png.ts';
import { appendRows, manifest } from '../support/recordings.ts';
import type { TestRow } from '../support/recordings.ts';

type Progress = Parameters<FormatWorkerEvents['progress']>;

let worker: Worker;
let rpc: Rpc<FormatWorkerCalls>;
let format: FormatWorkerCalls;
let progress: Progress[];
let onProgress: () => void;

beforeEach(() => {
  worker = new Worker(join(workersFolder, 'format.js'));
  progress = [];
  onProgress = () => undefined;
  const channel = {
    post: (message: unknown, transfer: readonly ArrayBuffer[]) => worker.postMessage(message, [...transfer]),
    listen(receive: (message: unknown) => void) {
      worker.on('message', receive);
      return () => worker.off('message', receive);
    },
  };
  const events: FormatWorkerEvents = {
    progress(...args) {
      progress.push(args);
      onProgress();
    },
    compileSchema: compileSchemaFile,
  };
  rpc = createRpc<FormatWorkerCalls, FormatWorkerEvents>(channel, events, {
    timeout: 50_000,
    onError: (error) => {
      throw error;
    },
  });
  format = rpc.remote;
});

afterEach(async () => {
  rpc.dispose();
  await worker.terminate();
});

async function record(...rows: TestRow[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest());
  appendRows(appender, rows);
  appender.close();
  return folder;
}

const item = '{"id":12345678901234567890,"price":1.0,"tags":["a","b"],"nested":{"deep":null}}';

const LINES_OF_ITEM = 11;

/** A JSON array of items, of about this many bytes. */
function largeJson(bytes: number): string {
  return `[${Array.from({ length: Math.ceil(bytes / (item.length + 1)) }, () => item).join(',')}]`;
}

const firstProgress = (): Promise<void> =>
  new Promise((resolve) => {
    onProgress = resolve;
  });

describe('the format worker', () => {
  it('formats a row of a recording, and serves its lines by range', async () => {
    const folder = await record({ payload: 'other' }, { payload: `[${item}]` });
    expect(await format.open('a', folder, 1, 'pretty')).toEqual({
      lines: LINES_OF_ITEM + 2,
      language: 'json',
      remark: undefined,
      bytes: new TextEncoder().encode(`[${item}]`).length,
    });
    expect(await format.lines('a', 0, 4)).toEqual([
      '[',
      '  {',
      '    "id": 12345678901234567890,',
      '    "price": 1.0,',
    ]);
    expect(await format.lines('a', LINES_OF_ITEM, 100)).toEqual(['  }', ']']);
    expect(await format.lines('a', 50, 10)).toEqual([]);
  });

  it('decodes by rules for the view Pretty only, and says how far it got', async () => {
    const folder = await record(
      { payload: Uint8Array.of(8, 150, 1), kind: 'binary' },
      { payload: 'aGVsbG8=', kind: 'text' },
      { payload: gzipSync('{"a":1}'), kind: 'binary', direction: 'out' },
    );
    const schema = join(await temporaryFolder(), 'a.proto');
    await writeFile(schema, 'syntax = "proto3"; message A { int32 n = 1; string text = 3; }');
    const rules = [`protobuf A from ${schema} prefix 08`, 'base64 in', 'gzip out'];
    expect(await format.open('a', folder, 0, 'pretty', rules)).toMatchObject({
      language: 'json',
      remark: 'Protobuf A: 3 of 3 bytes.',
    });
    expect(await format.lines('a', 0, 9)).toEqual(['{', '  "n": 150,', '  "text": ""', '}']);
    expect(await format.open('a', folder, 0, 'raw', rules)).toMatchObject({ language: 'text' });
    expect(await format.open('a', folder, 1, 'pretty', rules)).toMatchObject({ language: 'text' });
    expect(await format.lines('a', 0, 9)).toEqual(['hello']);
    await format.open('a', folder, 2, 'pretty', rules);
    expect(await format.lines('a', 0, 9)).toEqual(['{', '  "a": 1', '}']);
    const misfit = await format.open('a', folder, 2, 'pretty', [`protobuf A from ${schema}`]);
    expect(misfit.remark).toMatch(/^Not A: .*gzip: 27 of 27 bytes, 7 inflated\./);
    const missing = await format.open('a', folder, 0, 'pretty', ['protobuf B from /no/such.proto']);
    expect(missing.remark).toContain('There is no file such.proto.');
  });

  it('has the picture of a message for the view Pretty only, also of what a rule decodes', async () => {
    const png = pngOf(3, 2);
    const text = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    const folder = await record(
      { payload: png, kind: 'binary' },
      { payload: text },
      { payload: gzipSync(png), kind: 'binary' },
      { payload: pngOf(20_000, 20_000, png), kind: 'binary' },
    );
    const facts = { type: 'image/png', width: 3, height: 2 };
    expect(await format.open('a', folder, 0, 'pretty')).toMatchObject({ image: facts });
    // It may be asked for again.
    for (let time = 0; time < 2; time++) expect(await format.image('a')).toEqual(png);
    expect(await format.open('a', folder, 0, 'hex')).not.toHaveProperty('image');
    expect(await format.image('a')).toBeUndefined();
    expect(await format.open('a', folder, 1, 'pretty')).toMatchObject({ image: facts, language: 'text' });
    expect(await format.open('a', folder, 2, 'pretty', ['gzip'])).toMatchObject({ image: facts });
    const large = await format.open('a', folder, 3, 'pretty');
    expect(large.remark).toContain('This image of 20000 × 20000 pixels is not shown');
    expect(large.image).toBeUndefined();
    await format.close('a');
    await expect(format.image('a')).rejects.toMatchObject({ code: 'call.invalid' });
  });

  it('decodes MessagePack and CBOR for the view Pretty only, and says how it knows', async () => {
    const [msgpack, cbor] = ['82a26f70a4706f6e67a2696405', 'a2626f7064706f6e6762696405'].map((digits) =>
      Uint8Array.from(Buffer.from(digits, 'hex')),
    );
    const notation = Uint8Array.from(Buffer.from('a2626f7064706f6e67054100', 'hex'));
    const rows = [msgpack!, cbor!, notation].map((payload) => ({ payload, kind: 'binary' as const }));
    const folder = await record(...rows);
    const reason = (format: string, bytes: Uint8Array) =>
      `${format}: ${bytes.length} of ${bytes.length} bytes.`;
    expect(await format.open('a', folder, 0, 'pretty')).toEqual({
      lines: 4,
      language: 'json',
      remark: reason('MessagePack', msgpack!),
      bytes: msgpack!.length,
    });
    expect(await format.lines('a', 0, 4)).toEqual(['{', '  "op": "pong",', '  "id": 5', '}']);
    expect(await format.open('b', folder, 1, 'pretty')).toMatchObject({ remark: reason('CBOR', cbor!) });
    expect(await format.lines('b', 1, 1)).toEqual(['  "op": "pong",']);
    expect(await format.open('c', folder, 2, 'pretty')).toMatchObject({
      language: 'text',
      remark: `${reason('CBOR', notation)} Shown in diagnostic notation.`,
    });
    expect(await format.lines('c', 0, 1)).toEqual([`{"op": "pong", 5: h'00'}`]);
    expect(await format.open('d', folder, 0, 'hex')).toMatchObject({ language: 'hex', remark: undefined });
  });

  it('inflates compressed messages, and guesses Protobuf', async () => {
    const gzip = new Uint8Array(gzipSync('{"op":"pong","id":1.0}'));
    const protobuf = Uint8Array.from(Buffer.from('089601120774657374696e67', 'hex'));
    const folder = await record({ payload: gzip, kind: 'binary' }, { payload: protobuf, kind: 'binary' });
    expect(await format.open('a', folder, 0, 'pretty')).toEqual({
      lines: 4,
      language: 'json',
      remark: `gzip: ${gzip.length} of ${gzip.length} bytes, 22 inflated. A binary message that holds JSON.`,
      bytes: gzip.length,
    });
    expect(await format.lines('a', 2, 1)).toEqual(['  "id": 1.0']);
    expect(await format.open('b', folder, 1, 'pretty')).toMatchObject({
      language: 'json',
      remark: 'Perhaps Protobuf: 12 of 12 bytes fit. Without a schema, the types of its fields are guesses.',
    });
    expect(await format.lines('b', 1, 2)).toEqual(['  "1": 150,', '  "2": "testing"']);
    expect(await format.open('c', folder, 0, 'hex')).toMatchObject({ language: 'hex', bytes: gzip.length });
  });

  it('shows above the hex where a decoder stopped', async () => {
    const cut = Uint8Array.from(Buffer.from('82a26f70a4706f6e67a26964', 'hex'));
    const folder = await record(
      { payload: cut, kind: 'binary' },
      { payload: Uint8Array.of(0, 1), kind: 'binary' },
    );
    const neither = 'These bytes are neither JSON nor UTF-8 text, so they are shown as hex.';
    expect(await format.open('a', folder, 0, 'pretty')).toMatchObject({
      language: 'hex',
      remark: `${neither} Not MessagePack: it ends too early, at byte 12. Not CBOR: the 15 bytes from byte 3 on are more than there are.`,
    });
    expect(await format.open('b', folder, 1, 'pretty')).toMatchObject({ language: 'hex', remark: neither });
  });

  it('gives the whole text, transferred', async () => {
    const folder = await record({ payload: '{"a":[]}' });
    await format.open('a', folder, 0, 'pretty');
    const text = await format.text('a');
    expect(new TextDecoder().decode(text)).toBe('{\n  "a": []\n}');
    expect(new TextDecoder().decode(await format.text('a'))).toBe('{\n  "a": []\n}');
  });

  it('keeps several documents apart', async () => {
    const folder = await record({ payload: '{"a":1}' }, { payload: Uint8Array.of(1, 2), kind: 'binary' });
    const views: [string, number, View][] = [
      ['pretty', 0, 'pretty'],
      ['raw', 0, 'raw'],
      ['hex', 1, 'hex'],
    ];
    await Promise.all(views.map(([name, seq, view]) => format.open(name, folder, seq, view)));
    expect(await format.lines('pretty', 1, 1)).toEqual(['  "a": 1']);
    expect(await format.lines('raw', 0, 1)).toEqual(['{"a":1}']);
    expect((await format.lines('hex', 0, 1))[0]).toMatch(/^00000000 {2}01 02 .*\.\.$/);
  });

  it('never answers with more lines than one pull may ask for', async () => {
    const folder = await record({ payload: '\n'.repeat(MAX_PULL * 2) });
    await format.open('a', folder, 0, 'raw');
    expect(await format.lines('a', 0, MAX_PULL * 2)).toHaveLength(MAX_PULL);
  });

  it('reports where JSON ends, and shows the text', async () => {
    const folder = await record({ payload: '{"a":1,}' });
    const { language, remark } = await format.open('a', folder, 0, 'pretty');
    expect(language).toBe('text');
    expect(remark).toContain('byte 7');
  });

  it('formats 50 MB of JSON, in turns with other documents, and reports its progress', async () => {
    const json = largeJson(50_000_000);
    const folder = await record({ payload: json }, { payload: 'small' });
    const ready: string[] = [];
    const large = format.open('large', folder, 0, 'pretty').finally(() => ready.push('large'));
    await firstProgress();
    await format.open('small', folder, 1, 'raw').finally(() => ready.push('small'));
    const { lines, language } = await large;
    expect(ready).toEqual(['small', 'large']);
    expect(language).toBe('json');
    expect(lines).toBe(((json.length - 1) / (item.length + 1)) * LINES_OF_ITEM + 2);
    expect(await format.lines('large', lines - 2, 2)).toEqual(['  }', ']']);
    expect(await format.lines('large', 2, 1)).toEqual(['    "id": 12345678901234567890,']);
    for (const [name, done, total] of progress) {
      expect(name).toBe('large');
      expect(total).toBe(json.length);
      expect(done).toBeLessThanOrEqual(total);
    }
  });

  it('stops a formatting that is closed, within a second', async () => {
    const folder = await record({ payload: largeJson(50_000_000) });
    const opening = format.open('a', folder, 0, 'pretty');
    const outcome = expect(opening).rejects.toMatchObject({ code: 'call.cancelled' });
    await firstProgress();
    const closed = performance.now();
    await format.close('a');
    await outcome;
    expect(performance.now() - closed).toBeLessThan(1_000);
    await expect(format.lines('a', 0, 1)).rejects.toMatchObject({ code: 'call.invalid' });
  });

  it('replaces a document that is opened again under its name', async () => {
    const folder = await record({ payload: largeJson(20 * MiB) }, { payload: 'second' });
    const first = format.open('a', folder, 0, 'pretty');
    const outcome = expect(first).rejects.toMatchObject({ code: 'call.cancelled' });
    await format.open('a', folder, 1, 'pretty');
    await outcome;
    expect(await format.lines('a', 0, 1)).toEqual(['second']);
  });

  it('releases closed documents', async () => {
    const folder = await record({ payload: largeJson(50_000_000) });
    const openAndClose = async (): Promise<void> => {
      await format.open('a', folder, 0, 'hex');
      await format.close('a');
    };
    await openAndClose();
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 20; round++) await openAndClose();
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MiB);
  });

  it('reports why there is nothing to show', async () => {
    const folder = await record({ payload: 'a' });
    await expect(format.open('a', folder, 7, 'raw')).rejects.toMatchObject({ code: 'call.invalid' });
    await expect(format.open('a', join(folder, 'none'), 0, 'raw')).rejects.toMatchObject({
      code: 'file.invalid',
    });
    await expect(format.lines('a', 0, 1)).rejects.toMatchObject({ code: 'call.invalid' });
    await expect(format.text('a')).rejects.toMatchObject({ code: 'call.invalid' });
    await format.close('a');
  });
});
