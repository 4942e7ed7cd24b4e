import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';

describe('a burst', () => {
  it('is recorded whole and in order, and the host stays within bounds', async () => {
    const count = 1_000_000;
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/burst?n=${count}&size=100`, deflate: false });
    await session.connect();
    // Each row that counts can be read back while more arrive.
    await until(session, () => session.rows > 1000);
    expect((await session.readRows(session.rows - 1, 1))[0]).toMatchObject({ kind: 'text', size: 100 });
    // A slow disk adds notes about itself.
    await until(session, () => session.rows >= count + 2 && session.state === 'closed');

    const recording = openRecording(session.folder!);
    let expected = 0;
    for (let from = 0; from < session.rows;) {
      const page = recording.readPage(from, 10_000);
      for (const { row, payload } of page) {
        if (row.kind !== 'text') continue;
        const { n } = JSON.parse(Buffer.from(payload).toString()) as { n: number };
        if (n !== expected || row.size !== 100) expect.fail(`message ${n} came in the place of ${expected}`);
        expected++;
      }
      from += page.length;
    }
    recording.close();
    expect(expected).toBe(count);
    expect(session.summary.in).toEqual({ messages: count, bytes: count * 100 });
  });

  it('is slowed down by a hold, and continues after it without a loss', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/burst?n=200000&size=1000`, deflate: false });
    await session.connect();
    const release = session.hold();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const held = session.summary.in.messages;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(session.summary.in.messages).toBe(held);
    expect(held).toBeLessThan(200_000);
    release();
    await until(session, () => session.rows >= 200_002);
  });
});

describe('a payload', () => {
  it('is saved and read bit for bit through the query worker', async () => {
    const [{ engine, recordingsFolder }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await session.connect();
    const data = new Uint8Array(3_000_000).map((_, i) => (i * 7 + (i >> 8)) % 256);
    await session.send({ kind: 'binary', data });
    await until(session, () => session.rows === 3);
    expect(Buffer.compare(await engine.query.readPayload('read', session.folder!, 2), data)).toBe(0);
    const target = `${recordingsFolder}/saved.bin`;
    await expect(engine.query.savePayload('save', session.folder!, 2, target)).resolves.toBe(data.length);
    const { readFileSync } = await import('node:fs');
    expect(Buffer.compare(readFileSync(target), data)).toBe(0);
  });
});
