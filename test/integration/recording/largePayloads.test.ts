import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { Appender } from '../../../src/recording/write/appender.ts';
import { BatchWriter, LARGE_BYTES, SlabPool } from '../../../src/recording/write/batchWriter.ts';
import { RecordingReader } from '../../../src/recording/read/reader.ts';
import { testEngine, until } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { manifest } from '../../support/recordings.ts';

const pattern = (length: number, seed: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(length).map((_, at) => (at * 31 + seed) % 251);

describe('payloads that come in their own buffers', () => {
  it.each([1 << 30, 100_000, 7])(
    'are written between the others, with segments of %i bytes',
    async (segmentBytes) => {
      const folder = join(await temporaryFolder(), 'recording');
      const appender = Appender.create(folder, manifest({ segmentBytes: Math.max(segmentBytes, 5_000) }));
      const writer = new BatchWriter(0, new SlabPool());
      const payloads = [3, LARGE_BYTES, 5, LARGE_BYTES + 9, LARGE_BYTES, 0, 2].map(pattern);
      for (const payload of payloads)
        if (!writer.move('binary', 'in', 0, 0, payload)) writer.add('binary', 'in', 0, 0, payload);
      const total = payloads.reduce((sum, { length }) => sum + length, 0);
      expect(appender.append(writer.take()!)).toEqual({ rows: payloads.length, payloadBytes: total });
      appender.close();
      const reader = RecordingReader.open(folder);
      payloads.forEach((payload, seq) => expect(Buffer.compare(reader.payload(seq), payload)).toBe(0));
      reader.close();
    },
  );

  it('from a server reach the tap and are read back bit for bit, for any sizes', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const payloads = [70_000, 10, 65_536, 1_000_000, 65_535, 3_000_000, 131_072, 20].map(pattern);
    server.on('connection', (socket) => {
      for (let round = 0; round < 3; round++) for (const payload of payloads) socket.send(payload);
    });
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { engine } = await testEngine();
    const seen: Buffer[] = [];
    const onRow = ({ kind, payload }: { kind: string; payload: Uint8Array }): void => {
      if (kind === 'binary') seen.push(Buffer.from(payload));
    };
    const session = engine.create({ url: `ws://127.0.0.1:${port}/` }, { tap: { onRow } });
    await session.connect();
    await until(session, () => session.rows === 1 + 3 * payloads.length);
    for (let row = 0; row < 3 * payloads.length; row++) {
      const payload = payloads[row % payloads.length]!;
      expect(Buffer.compare(seen[row]!, payload), `row ${row} live`).toBe(0);
      expect(Buffer.compare(await session.readPayload(row + 1), payload), `row ${row} read back`).toBe(0);
    }
    await engine.remove(session);
    server.close();
  });
});
