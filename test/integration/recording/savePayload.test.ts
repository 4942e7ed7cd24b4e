import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../src/recording/write/appender.ts';
import { RecordingReader } from '../../../src/recording/read/reader.ts';
import { writePayloadFile, saveRows } from '../../../src/recording/read/save.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';

const large = new Uint8Array(10_000_000).map((_, i) => (i * 31) % 251);

async function setUp(): Promise<{ folder: string; reader: RecordingReader; target: string }> {
  const folder = await temporaryFolder();
  const appender = Appender.create(join(folder, 'recording'), manifest());
  appendRows(appender, [{ payload: 'x' }, { payload: large, kind: 'binary' }]);
  appender.close();
  return {
    folder,
    reader: RecordingReader.open(join(folder, 'recording')),
    target: join(folder, 'saved.bin'),
  };
}

const signal = new AbortController().signal;

describe('savePayload', () => {
  it('writes the payload bit for bit over an old file, and reports its progress', async () => {
    const { reader, target } = await setUp();
    writeFileSync(target, 'old');
    const progress: number[] = [];
    const onProgress = (done: number, total: number): void => void progress.push(done / total);
    await expect(writePayloadFile(reader, 1, target, { signal, onProgress })).resolves.toBe(large.length);
    expect(Buffer.compare(readFileSync(target), large)).toBe(0);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe(1);
    reader.close();
  });

  it('leaves only the old file if it is cancelled in the middle', async () => {
    const { folder, reader, target } = await setUp();
    writeFileSync(target, 'old');
    const abort = new AbortController();
    const saving = writePayloadFile(reader, 1, target, {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(saving).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['recording', 'saved.bin']);
    reader.close();
  });

  it('names the file that cannot be written', async () => {
    const { folder, reader } = await setUp();
    const target = join(folder, 'missing', 'saved.bin');
    const saving = writePayloadFile(reader, 0, target, { signal, onProgress: () => {} });
    await expect(saving).rejects.toMatchObject({ code: 'disk.denied', message: new RegExp('missing') });
    reader.close();
  });

  it('writes nothing into the recording that it reads', async () => {
    const { folder, reader } = await setUp();
    const own = join(folder, 'recording');
    const before = readdirSync(own).map((name) => [name, readFileSync(join(own, name), 'latin1')]);
    for (const name of ['index.bin', 'payload-0000.bin', 'new.bin']) {
      const target = join(own, name);
      const refused = {
        code: 'call.invalid',
        message: expect.stringContaining('is in the recording') as unknown,
      };
      await expect(
        writePayloadFile(reader, 0, target, { signal, onProgress: () => {} }),
      ).rejects.toMatchObject(refused);
      await expect(
        saveRows(reader, { from: 0, end: 2 }, 'jsonl', target, { signal, onProgress: () => {} }),
      ).rejects.toMatchObject(refused);
    }
    expect(readdirSync(own).map((name) => [name, readFileSync(join(own, name), 'latin1')])).toEqual(before);
    reader.close();
  });
});
