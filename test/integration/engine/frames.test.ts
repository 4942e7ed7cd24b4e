import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import { describeRecording } from '../../../src/engine/recordings.ts';
import type { Session } from '../../../src/engine/session.ts';
import type { FrameRow } from '../../../src/shared/frames.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';
import { rawServer, switching } from '../../support/rawServer.ts';
import { closePayload, wireFrame, wireHeader } from '../../support/wire.ts';

/** A frame in a few characters: direction, opcode, length. */
const short = ({ direction, fin, rsv1, opcode, length, complete }: FrameRow): string =>
  [direction, fin ? 'fin' : 'more', rsv1 ? 'rsv1' : '', opcode, length, complete ? '' : 'torn']
    .filter((part) => part !== '')
    .join(' ');

/** Kind, direction and frames of each row. */
async function story(session: Session): Promise<string[]> {
  const rows = await session.readRows(0, 100);
  return Promise.all(
    rows.map(async ({ seq, kind, direction }) => {
      const { total, frames } = await session.readFrames(seq, 0, 100);
      expect(frames).toHaveLength(total);
      return `${kind} ${direction}: ${frames.map(short).join(', ')}`;
    }),
  );
}

const isOver = (session: Session) => () => session.summary.state === 'closed' && session.rows > 0;

describe('the frames of a session', () => {
  it('are kept with their row in both directions, and are read again from the folder', async () => {
    const { engine } = await testEngine();
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write(
        Buffer.concat([
          wireFrame(0x81, 'whole'),
          wireFrame(0x02, 'frag'),
          wireFrame(0x89, 'p'),
          wireFrame(0x80, 'ments'),
          wireFrame(0x82, Buffer.alloc(70_000)),
        ]),
      );
      let received = 0;
      socket.on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received >= 3 + 4 + 300 + 8) socket.end(wireFrame(0x88, closePayload(1000)));
      });
    });
    const session = engine.create({ url, deflate: false, frames: true });
    await session.connect();
    await until(session, () => session.rows >= 6);
    await session.send({ kind: 'text', data: Buffer.alloc(300, 'x') });
    await until(session, isOver(session));
    await until(session, () => session.rows >= 8);
    const told = [
      'open none: ',
      'text in: in fin 1 5',
      'ping in: in fin 9 1',
      'pong out: out fin 10 1',
      'binary in: in more 2 4, in fin 0 5',
      'binary in: in fin 2 70000',
      'text out: out fin 1 300',
      'close in: in fin 8 2, out fin 8 2',
    ];
    expect(await story(session)).toEqual(told);

    const [sent] = (await session.readFrames(6, 0, 1)).frames;
    expect(sent).toMatchObject({ row: 6, headerLength: 8 });
    expect(sent?.mask).toBeTypeOf('number');
    const [large] = (await session.readFrames(5, 0, 1)).frames;
    expect(large).toMatchObject({ headerLength: 10, mask: undefined });
    const rows = await session.readRows(0, 8);
    expect(large!.time).toBeLessThanOrEqual(rows[5]!.time);

    const folder = session.folder!;
    const bytes = statSync(join(folder, 'frames.bin')).size;
    const others = statSync(join(folder, 'index.bin')).size + statSync(join(folder, 'payload-0000.bin')).size;
    expect(session.summary.recordedBytes).toBe(bytes + others);
    expect((await describeRecording(folder)).bytes).toBeGreaterThanOrEqual(bytes + others);
    await engine.remove(session);
    const recording = openRecording(folder);
    expect(recording.readFrames(4, 0, 10).frames.map(short)).toEqual(['in more 2 4', 'in fin 0 5']);
    recording.close();
  });

  it('belong to the error row if their message is incomplete', async () => {
    const { engine } = await testEngine();
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write(Buffer.concat([wireFrame(0x02, 'abc'), wireHeader(0x80, 1000), Buffer.alloc(10)]));
      setTimeout(() => socket.end(), 50);
    });
    const session = engine.create({ url, deflate: false, frames: true });
    await session.connect();
    await until(session, () => session.rows >= 3);
    expect(await story(session)).toEqual([
      'open none: ',
      'error none: in more 2 3, in fin 0 1000 torn',
      'close in: ',
    ]);
    expect(session.summary.error?.message).toContain('13 of 1003 bytes');
    const recording = openRecording(session.folder!);
    const detail = JSON.parse(Buffer.from(recording.readPayload(1)).toString()) as object;
    recording.close();
    expect(detail).toMatchObject({ code: 'tcp.reset', received: 13, size: 1003, phase: 'open' });
  });

  it('show which messages were compressed, and give their rows the size on the wire', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo`, frames: true });
    await session.connect();
    const data = Buffer.alloc(50_000, 'compress me ');
    for (let i = 0; i < 20; i++) void session.send({ kind: 'text', data });
    await until(session, () => session.rows >= 41);
    const rows = (await session.readRows(0, 41)).slice(1);
    expect(rows.filter(({ direction }) => direction === 'out')).toHaveLength(20);
    for (const { seq, direction, size, flags } of rows) {
      const { total, frames } = await session.readFrames(seq, 0, 10);
      expect([total, size, flags]).toEqual([1, data.length, FLAG.compressed]);
      expect(frames[0]).toMatchObject({
        row: seq,
        direction,
        fin: true,
        rsv1: true,
        opcode: 1,
        complete: true,
      });
      expect(frames[0]!.length).toBeLessThan(2000);
    }
  });

  it('are not kept by default', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    await session.connect();
    await session.send({ kind: 'text', data: Buffer.from('a') });
    await until(session, () => session.rows >= 3);
    expect(await session.readFrames(1, 0, 10)).toEqual({ total: 0, frames: [] });
    await session.disconnect();
    expect(existsSync(join(session.folder!, 'frames.bin'))).toBe(false);
  });

  it('are complete after a burst, each with its row', async () => {
    const count = 50_000;
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({
      url: `${server.url}/burst?n=${count}&size=100`,
      deflate: false,
      frames: true,
    });
    await session.connect();
    await until(session, () => session.rows === count + 2);
    expect(statSync(join(session.folder!, 'frames.bin')).size).toBe((count + 2) * 32);
    for (const seq of [1, 777, count / 2, count]) {
      const { total, frames } = await session.readFrames(seq, 0, 2);
      expect([total, frames[0]?.row, frames[0]?.length]).toEqual([1, seq, 100]);
    }
  });
});
