import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import type { DuplexError } from '../../../src/shared/errors.ts';
import { demoServer, testEngine, workersFolder } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { runText } from '../../support/runs.ts';

const ending: Engine[] = [];
afterEach(async () => {
  for (const engine of ending.splice(0)) await engine.dispose();
});

/** An engine whose folder of recordings cannot be created, because a file is in its place. */
async function unrecordingEngine(): Promise<{ engine: Engine; errors: DuplexError[] }> {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const errors: DuplexError[] = [];
  const engine = new Engine({
    workersFolder,
    recordingsFolder: join(file, 'recordings'),
    onError: (error) => errors.push(error),
  });
  ending.push(engine);
  return { engine, errors };
}

const echo = (url: string): string => `WEBSOCKET ${url}/echo\n\nhello\n=== wait-for-server\n`;

describe('a session whose recording cannot be created', () => {
  it('connects, sends and disconnects, and reports the reason once', async () => {
    const { engine, errors } = await unrecordingEngine();
    const { url } = await demoServer();
    const session = engine.create({ url: `${url}/echo` });
    await session.connect();
    await session.send({ kind: 'text', data: Buffer.from('x') });
    await session.flush();
    await session.disconnect();
    expect(session.state).toBe('closed');
    expect(session.summary.unrecorded?.messages).toBeGreaterThan(1);
    await engine.remove(session);
    expect(errors.map(({ code }) => code)).toEqual(['disk.denied']);
  });

  it('disconnects even before the failure is known', async () => {
    const { engine, errors } = await unrecordingEngine();
    const { url } = await demoServer();
    const session = engine.create({ url: `${url}/echo` });
    const connecting = session.connect().catch(() => undefined);
    await Promise.all([connecting, session.flush(), session.disconnect(), engine.remove(session)]);
    expect(errors.map(({ code }) => code)).toEqual(['disk.denied']);
  });

  it.each([false, true])('runs the requests of a file all the same (together: %s)', async (together) => {
    const { engine, errors } = await unrecordingEngine();
    const { url } = await demoServer();
    const results = await runText(engine, `${echo(url)}\n### second\n${echo(url)}`, { together });
    expect(results.map(({ status, failure }) => failure?.message ?? status)).toEqual(['passed', 'passed']);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['disk.denied']));
  });
});

describe('sessions that end at any moment', () => {
  /** Park and Miller's generator, so that a failure can be repeated. */
  function random(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state * 48_271) % 0x7fffffff;
      return state % below;
    };
  }

  it.each([1, 22, 333])('settle every call without an error (seed %i)', async (seed) => {
    const { engine, errors } = await testEngine();
    const { url } = await demoServer();
    const next = random(seed);
    const turns = async (): Promise<void> => {
      for (let count = next(30); count > 0; count--) await new Promise((resolve) => setImmediate(resolve));
    };
    const one = async (): Promise<unknown[]> => {
      const session = engine.create({ url: `${url}/burst?n=20&size=50` }, { keep: next(2) === 0 });
      // An end during the handshake cancels it.
      const connecting = session.connect().catch(() => undefined);
      await turns();
      const flushes = [session.flush(), session.disconnect()];
      await turns();
      const ends = [engine.remove(session), session.flush(), session.dispose(), session.disconnect()];
      await turns();
      const last = next(2) === 0 ? engine.remove(session) : engine.delete(session);
      const settled = await Promise.allSettled([connecting, ...flushes, ...ends, last, session.flush()]);
      return settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    };
    const rejections = await Promise.all(Array.from({ length: 25 }, one));
    expect(rejections.flat()).toEqual([]);
    expect(errors).toEqual([]);
    expect(engine.sessions).toEqual([]);
  });
});
