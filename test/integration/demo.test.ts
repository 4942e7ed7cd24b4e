import { createServer, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';

let demo: DemoServer;
beforeEach(async () => {
  demo = await startDemoServer({ port: 0 });
});
afterEach(() => demo.close());

interface Received {
  readonly text: string;
  readonly data: Buffer;
  readonly isBinary: boolean;
}

interface Client {
  readonly socket: WebSocket;
  readonly messages: Received[];
  /** Resolves once that many messages were received. */
  readonly until: (count: number) => Promise<Received[]>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

async function open(path: string, subprotocols: string[] = [], options: ClientOptions = {}): Promise<Client> {
  const socket = new WebSocket(demo.url + path, subprotocols, options);
  const messages: Received[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  socket.on('message', (raw, isBinary) => {
    const data = Buffer.from(raw as Buffer);
    messages.push({ text: data.toString(), data, isBinary });
    for (const { count, resolve } of waiting) if (messages.length >= count) resolve();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    socket,
    messages,
    closed,
    until: (count) =>
      messages.length >= count
        ? Promise.resolve(messages)
        : new Promise((resolve) => waiting.push({ count, resolve: () => resolve(messages) })),
  };
}

interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function refusalOf(path: string): Promise<Refused> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(demo.url + path);
    socket.on('error', reject);
    socket.on('open', () => reject(new Error(`${path} was accepted`)));
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
  });
}

describe('echo', () => {
  test.each(['/', '/echo', '/echo?token=abc'])(
    '%s sends text back as text and binary as binary',
    async (path) => {
      const { socket, until } = await open(path);
      socket.send('grüß dich');
      socket.send(Buffer.from([0, 255, 128]));
      socket.send('');
      const messages = await until(3);
      expect(messages.map((message) => [message.isBinary, message.data.toString('latin1')])).toEqual([
        [false, Buffer.from('grüß dich').toString('latin1')],
        [true, '\x00\xff\x80'],
        [false, ''],
      ]);
    },
  );

  test('agrees to the first offered subprotocol, and to none without an offer', async () => {
    expect((await open('/echo', ['v2.json', 'v1.json'])).socket.protocol).toBe('v2.json');
    expect((await open('/echo')).socket.protocol).toBe('');
  });

  test('compresses a large message for a client that offers permessage-deflate', async () => {
    const { socket, until } = await open('/echo', [], { perMessageDeflate: true });
    expect(socket.extensions).toContain('permessage-deflate');
    socket.send('a'.repeat(100_000));
    expect((await until(1))[0]?.text).toBe('a'.repeat(100_000));
  });

  test('loses nothing to a client that sends far more than it reads at first', async () => {
    const { socket, until } = await open('/echo', [], { perMessageDeflate: false });
    socket.pause();
    const payload = Buffer.alloc(256 * 1024, 7);
    for (let i = 0; i < 100; i++) socket.send(payload);
    // Long enough for the server to fill its side of the connection and to stop reading.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(socket.bufferedAmount).toBeGreaterThan(0);
    socket.resume();
    const messages = await until(100);
    expect(messages.every((message) => message.data.equals(payload))).toBe(true);
  });
});

describe('ticker', () => {
  test('ticks at the rate of its URL, numbered without a gap and timed', async () => {
    const began = Date.now();
    const { until } = await open('/ticker?rate=1000');
    const ticks = (await until(300)).map(({ text }) => JSON.parse(text) as { seq: number; time: number });
    const took = Date.now() - began;
    expect(ticks.slice(0, 300).map((tick) => tick.seq)).toEqual(Array.from({ length: 300 }, (_, seq) => seq));
    expect(ticks[0]?.time).toBeGreaterThanOrEqual(began);
    expect(took).toBeGreaterThan(250);
  });

  test('sends its first tick at once', async () => {
    const { until } = await open('/ticker');
    const [first] = await until(1);
    expect(JSON.parse(first?.text ?? '')).toMatchObject({ type: 'tick', seq: 0 });
  });

  test('stops making ticks for a client that does not read, and continues without a gap in the numbers', async () => {
    const { socket, messages, until } = await open('/ticker?rate=100000');
    await until(1);
    socket.pause();
    // Twice as long as it takes to fill the kernel's buffers on both sides and then the server's own.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    socket.resume();
    await until(messages.length + 200_000);
    const ticks = messages.map(({ text }) => JSON.parse(text) as { seq: number; time: number });
    expect(ticks.every((tick, index) => tick.seq === index)).toBe(true);
    const pauses = ticks.map((tick, index) => tick.time - (ticks[index - 1] ?? tick).time);
    expect(pauses.some((pause) => pause > 500)).toBe(true);
  });
});

describe('subscriptions', () => {
  type Answer = Record<string, unknown>;
  const answers = (messages: Received[]): Answer[] => messages.map(({ text }) => JSON.parse(text) as Answer);

  test('acknowledges, ticks, and stops after unsubscribe', async () => {
    const { socket, until, messages } = await open('/json');
    socket.send('{"op":"subscribe","channel":"BTC"}');
    const [subscribed, first, second] = answers(await until(3));
    expect(subscribed).toEqual({ type: 'subscribed', channel: 'BTC', id: expect.any(String) as string });
    expect(first).toMatchObject({ type: 'tick', channel: 'BTC', id: subscribed?.id, seq: 0 });
    expect(second).toMatchObject({ type: 'tick', channel: 'BTC', seq: 1 });
    socket.send(JSON.stringify({ op: 'unsubscribe', id: subscribed?.id }));
    const sofar = await until(messages.length + 1);
    expect(answers(sofar).at(-1)).toEqual({ type: 'unsubscribed', channel: 'BTC', id: subscribed?.id });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(answers(messages).at(-1)).toMatchObject({ type: 'unsubscribed' });
  });

  test.each([
    ['no JSON', 'hello', 'Send a JSON object'],
    ['JSON that is not an object', '[1]', 'Send a JSON object'],
    ['an unknown operation', '{"op":"fly"}', '"op" must be'],
    ['no channel', '{"op":"subscribe"}', 'needs a "channel"'],
    ['an empty channel', '{"op":"subscribe","channel":""}', 'needs a "channel"'],
    ['an id that was never given', '{"op":"unsubscribe","id":"x"}', 'needs the "id"'],
  ])('answers %s with an error that names the valid messages', async (_name, message, expected) => {
    const { socket, until } = await open('/json');
    socket.send(message);
    const [answer] = answers(await until(1));
    expect(answer).toMatchObject({ type: 'error', message: expect.stringContaining(expected) as string });
  });

  test('answers binary with an error', async () => {
    const { socket, until } = await open('/json');
    socket.send(Buffer.from('{"op":"subscribe","channel":"BTC"}'));
    expect(answers(await until(1))[0]).toMatchObject({ type: 'error' });
  });

  test('limits the subscriptions of a connection', async () => {
    const { socket, messages } = await open('/json');
    for (let i = 0; i <= 100; i++) socket.send(`{"op":"subscribe","channel":"c${i}"}`);
    await expect
      .poll(() => answers(messages).find((answer) => answer.type === 'error')?.message)
      .toContain('100');
  });
});

describe('binary', () => {
  test('sends every byte value, random bytes, a picture and JSON, all binary, then echoes', async () => {
    const { socket, until } = await open('/binary');
    const [bytes, random, picture, json] = await until(4);
    expect([...(bytes?.data ?? [])]).toEqual(Array.from({ length: 256 }, (_, value) => value));
    expect(random?.data.length).toBe(64);
    expect(picture?.data.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(JSON.parse(json?.text ?? '')).toMatchObject({ kind: 'json' });
    socket.send(Buffer.from([1, 2, 3]));
    const messages = await until(5);
    expect(messages[4]?.data).toEqual(Buffer.from([1, 2, 3]));
    expect(messages.every((message) => message.isBinary)).toBe(true);
  });
});

describe('burst', () => {
  test.each([
    [1, 100],
    [1000, 100],
    [11, 126],
    [3, 65_536],
    [2, 3_000_000],
    [5000, 17],
  ])('sends %i messages of exactly %i bytes in order, then closes with 1000', async (count, size) => {
    const { messages, closed } = await open(`/burst?n=${count}&size=${size}`);
    expect(await closed).toEqual({ code: 1000, reason: '' });
    expect(messages.length).toBe(count);
    expect(messages.every((message) => !message.isBinary && message.data.length === size)).toBe(true);
    const numbers = messages.map(({ text }) => (JSON.parse(text) as { n: number }).n);
    expect(numbers).toEqual(Array.from({ length: count }, (_, n) => n));
  });

  test('numbers messages that are too small for JSON with the last digits', async () => {
    const { messages, closed } = await open('/burst?n=120&size=2');
    await closed;
    expect(messages.map(({ text }) => text)).toEqual(
      Array.from({ length: 120 }, (_, n) => String(n).padStart(2, '0').slice(-2)),
    );
  });

  test('keeps order and count over 300,000 messages to a client that pauses', async () => {
    const { socket, closed, messages } = await open('/burst?n=300000&size=40', [], {
      perMessageDeflate: false,
    });
    socket.pause();
    setTimeout(() => socket.resume(), 200);
    expect((await closed).code).toBe(1000);
    expect(messages.length).toBe(300_000);
    expect(messages.every(({ text }, n) => (JSON.parse(text) as { n: number }).n === n)).toBe(true);
  });

  test('answers pings between messages without breaking one', async () => {
    const { socket, closed, messages } = await open('/burst?n=40&size=4000000');
    let pongs = 0;
    socket.on('pong', () => pongs++);
    socket.on('message', () => socket.ping());
    expect((await closed).code).toBe(1000);
    expect(messages.length).toBe(40);
    expect(pongs).toBeGreaterThan(0);
  });

  test('ends when the client closes in the middle', async () => {
    const { socket, until, closed } = await open('/burst?n=100000000&size=100');
    await until(1000);
    socket.close(1000);
    expect((await closed).code).toBe(1000);
  });

  test('survives a client that vanishes in the middle', async () => {
    const { socket, until } = await open('/burst?n=100000000&size=100');
    await until(1000);
    socket.terminate();
    const other = await open('/echo');
    other.socket.send('still here');
    expect((await other.until(1))[0]?.text).toBe('still here');
  });
});

describe('close', () => {
  test.each([
    ['/close', 1005, ''],
    ['/close?code=1000', 1000, ''],
    ['/close?code=1001&reason=going', 1001, 'going'],
    ['/close?code=1011&reason=gr%C3%BC%C3%9Fe', 1011, 'grüße'],
    ['/close?code=4999', 4999, ''],
    ['/close?code=1005', 1005, ''],
    ['/close?code=1006', 1006, ''],
  ])('%s ends with %i', async (path, code, reason) => {
    expect(await (await open(path)).closed).toEqual({ code, reason });
  });
});

describe('refusals', () => {
  test('a refused handshake has its status, headers and a body that explains', async () => {
    const refused = await refusalOf('/refuse?status=401');
    expect(refused.status).toBe(401);
    expect(refused.headers).toMatchObject({
      'x-demo': 'refused',
      'content-type': 'application/json',
      'www-authenticate': expect.stringContaining('Bearer') as string,
    });
    expect(JSON.parse(refused.body)).toMatchObject({
      error: 'refused',
      status: 401,
      message: expect.stringContaining('401') as string,
    });
  });

  test('the default status is 403, and the URL sets status and body', async () => {
    expect((await refusalOf('/refuse')).status).toBe(403);
    expect(await refusalOf('/refuse?status=599&body=n%C3%B6')).toMatchObject({ status: 599, body: 'nö' });
  });

  test.each([
    ['/ticker?rate=0', '"rate" is "0"; give a whole number from 1 to 100000.'],
    ['/ticker?rate=100001', '"rate"'],
    ['/ticker?rate=fast', '"rate" is "fast"'],
    ['/ticker?rate=1e3', '"rate"'],
    ['/ticker?rate=', '"rate" is ""'],
    ['/burst?n=0', '"n"'],
    ['/burst?size=-1', '"size"'],
    ['/burst?n=1.5', '"n"'],
    ['/close?code=999', '"code"'],
    ['/close?code=1004', '1004'],
    ['/close?code=1015', '1015'],
    ['/close?reason=why', '"reason"'],
    [`/close?code=1000&reason=${'x'.repeat(124)}`, '123 bytes'],
    ['/refuse?status=101', '"status"'],
    ['/refuse?status=600', '"status"'],
  ])('%s is refused with 400 and a sentence', async (path, sentence) => {
    const refused = await refusalOf(path);
    expect(refused.status).toBe(400);
    expect(refused.body).toContain(sentence);
  });

  test('an unknown path is refused with 404 and the list of paths', async () => {
    const refused = await refusalOf('/nowhere');
    expect(refused.status).toBe(404);
    for (const path of ['/echo', '/ticker?rate=N', '/json', '/binary', '/burst', '/close', '/refuse']) {
      expect(refused.body).toContain(demo.url + path);
    }
  });
});

describe('plain HTTP', () => {
  test.each([
    ['/', 200, '/burst?n=N&size=S'],
    ['/echo', 426, 'WebSocket'],
    ['/nowhere', 404, '/ticker?rate=N'],
  ])('GET %s answers %i', async (path, status, text) => {
    const response = await fetch(demo.url.replace('ws:', 'http:') + path);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(text);
  });
});

describe('starting and stopping', () => {
  test('listens on 127.0.0.1 by default, on the port that it reports', () => {
    expect(demo.url).toBe(`ws://127.0.0.1:${demo.port}`);
    expect(demo.port).toBeGreaterThan(0);
  });

  test('a port in use is an error that says to pick another one', async () => {
    await expect(startDemoServer({ port: demo.port })).rejects.toMatchObject({
      code: 'call.invalid',
      message: `Port ${demo.port} is in use; pick another one, or 0 for any that is free.`,
    });
  });

  test('an address of another machine is an error that names it', async () => {
    await expect(startDemoServer({ port: 0, host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'call.invalid',
      message: expect.stringContaining('192.0.2.1') as string,
    });
  });

  test('stopping closes clients with 1001, and does not wait for one that never answers', async () => {
    const polite = await open('/echo');
    const paused = await open('/burst?n=100000000&size=1000');
    paused.socket.pause();
    const idle = connect(demo.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    idle.on('error', () => undefined);
    const stopped = demo.close();
    expect((await polite.closed).code).toBe(1001);
    await stopped;
    // The port is free again.
    const other = createServer();
    await new Promise<void>((resolve, reject) => {
      other.once('error', reject);
      other.listen(demo.port, '127.0.0.1', resolve);
    });
    other.close();
    idle.destroy();
    paused.socket.terminate();
  });
});
