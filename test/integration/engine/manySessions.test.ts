import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/engine/recordingFile.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';

/** Open descriptors of this process, its workers' included. */
const descriptors = (): number => readdirSync('/proc/self/fd').length;

describe('two hundred sessions at once', () => {
  it('each connect, receive and record on their own', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const sessions = Array.from({ length: 200 }, () =>
      engine.create({ url: `${server.url}/echo`, deflate: false }),
    );
    await Promise.all(sessions.map((session) => session.connect()));
    await Promise.all(
      sessions.map(async (session, i) => {
        for (let n = 0; n < 20; n++)
          await session.send({ kind: 'text', data: Buffer.from(`session ${i} message ${n}`) });
        await until(session, () => session.rows >= 41);
      }),
    );
    await Promise.all(sessions.map((session) => session.disconnect()));
    sessions.forEach((session, i) => {
      const recording = openRecording(session.folder!);
      const received = recording
        .readRows(0, 100)
        .filter((row) => row.direction === 'in' && row.kind === 'text');
      recording.close();
      expect(received.map((row) => row.preview)).toEqual(
        Array.from({ length: 20 }, (_, n) => `session ${i} message ${n}`),
      );
    });
  });

  // Only Linux has /proc.
  it.runIf(process.platform === 'linux')('leak no descriptor when they come and go', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const round = async (): Promise<void> => {
      const sessions = Array.from({ length: 50 }, () => engine.create({ url: `${server.url}/echo` }));
      await Promise.all(sessions.map((session) => session.connect()));
      await Promise.all(sessions.map((session) => engine.remove(session)));
    };
    await round();
    const settled = async (): Promise<number> => {
      // The server's ends of the sockets close a moment later.
      await new Promise((resolve) => setTimeout(resolve, 300));
      return descriptors();
    };
    const before = await settled();
    for (let i = 0; i < 3; i++) await round();
    expect(engine.sessions).toEqual([]);
    expect(await settled()).toBeLessThanOrEqual(before + 5);
  });
});
