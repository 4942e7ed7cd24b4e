import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import { analyzeRequestFile } from '../../src/core/request/plan/analyzeRequestFile.ts';
import { endAll, start } from './cliProcess.ts';
import { EXAMPLE_REQUESTS, EXAMPLES, runExample } from './exampleRequests.ts';

// The servers that a newcomer serves first answer the clients of other makers, and the examples of requests.
const folder = join(EXAMPLES, 'servers');

afterEach(endAll);

/** The URLs of an example that is served on free ports. */
async function serve(name: string): Promise<string[]> {
  const file = join(folder, name);
  const count = readFileSync(file, 'utf8').match(/^SERVE /gm)!.length;
  const running = start(['serve', file, '--port', '0']);
  await running.prints(new RegExp(`^(?:ws:\\S+\\n){${count}}`));
  return running.stdout().match(/^ws:\S+/gm)!;
}

test.each(readdirSync(folder))('%s has nothing to be said against it', (name) => {
  const { diagnostics, servers, proxies } = analyzeRequestFile(readFileSync(join(folder, name), 'utf8'));
  expect(diagnostics).toEqual([]);
  expect(servers.length + proxies.length).toBeGreaterThan(0);
});

test.each(EXAMPLE_REQUESTS)('%s answers the requests of its protocol', async (name, requests) => {
  const [url] = await serve(name);
  const run = await runExample(name, requests, url!);
  expect(run.stdout).not.toMatch(/fail/i);
  expect(run).toMatchObject({ status: 0 });
});

test('graphql-ws subscribes until it is complete', async () => {
  const [url] = await serve('graphql-subscription.ws');
  const client = createClient({ url: url!, webSocketImpl: WebSocket });
  const counts: unknown[] = [];
  for await (const { data } of client.iterate({ query: 'subscription Count { count(to: 3) }' }))
    counts.push(data);
  expect(counts).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  await client.dispose();
});

test('socket.io-client gets an acknowledgement, and what another one says', async () => {
  const [url] = await serve('socketio-chat.ws');
  const address = `http://${new URL(url!).host}`;
  const [one, two] = [0, 1].map(() => io(address, { transports: ['websocket'], forceNew: true }));
  try {
    await Promise.all(
      [one!, two!].map((each) => new Promise<void>((resolve) => each.on('connect', resolve))),
    );
    expect(await one!.emitWithAck('add', 2, 3)).toBe(5);
    const heard = new Promise((resolve) => two!.on('said', (...said) => resolve(said)));
    one!.emit('say', 'Hello', { room: 1 });
    expect(await heard).toEqual(['Hello', { room: 1 }]);
  } finally {
    one!.disconnect();
    two!.disconnect();
  }
});

describe('flaky-backend.ws', () => {
  it('restarts, is busy, is slow and is silent', async () => {
    const [restarts, busy, slow, silent] = await serve('flaky-backend.ws');
    const lost = new WebSocket(restarts!);
    const ticks: string[] = [];
    lost.on('message', (data) => ticks.push((data as Buffer).toString()));
    const [code, reason] = (await once(lost, 'close')) as [number, Buffer];
    expect([code, reason.toString(), ticks.length]).toEqual([1012, 'The backend restarts', 2]);

    const refused = new WebSocket(busy!);
    refused.on('error', () => undefined);
    const [, answer] = (await once(refused, 'unexpected-response')) as [
      unknown,
      { statusCode: number; headers: object },
    ];
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '1' });
    refused.terminate();

    const patient = new WebSocket(slow!);
    const answers: string[] = [];
    patient.on('message', (data) => answers.push((data as Buffer).toString()));
    await once(patient, 'open');
    const began = performance.now();
    for (const text of ['a', 'b', 'c']) patient.send(text);
    await expect.poll(() => answers, { timeout: 20_000 }).toEqual(['a', 'b', 'c']);
    expect(performance.now() - began).toBeGreaterThan(290);
    patient.terminate();

    const ignored = new WebSocket(silent!);
    await once(ignored, 'open');
    const heard: string[] = [];
    for (const event of ['message', 'pong', 'close']) ignored.on(event, () => heard.push(event));
    ignored.ping();
    ignored.send('hello');
    // The server has read both when it answers the close frame.
    ignored.close();
    await once(ignored, 'close');
    expect(heard).toEqual(['close']);
  });
});
