import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { runText } from '../../support/runs.ts';
import { onText, scriptedServer } from '../../support/scriptedServer.ts';

/** Refuses every handshake with 401. */
async function refusingServer(): Promise<string> {
  const server = createServer();
  server.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 401 Unauthorized\r\nX-Why: no token\r\nContent-Length: 2\r\n\r\nno'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(source: string, options: Parameters<typeof runText>[2] = {}) {
  const { engine } = await testEngine();
  const [result] = await runText(engine, source, options);
  return result!;
}

describe('a handshake', () => {
  test('that is refused is an error of the connection', async () => {
    const url = await refusingServer();
    const result = await run(`WEBSOCKET ${url}\n\nhello`);
    expect(result).toMatchObject({
      status: 'error',
      failure: { cause: 'connection', code: 'handshake.status' },
    });
    expect(result.steps).toMatchObject([{ status: 'skipped', failure: undefined }]);
  });

  test('that is expected to be refused passes, and its steps are not run', async () => {
    const url = await refusingServer();
    const result = await run(
      `# @expect status == 401\n# @expect header x-why == "no token"\nWEBSOCKET ${url}\n\nhello`,
    );
    expect(result).toMatchObject({
      status: 'passed',
      handshake: [
        { status: 'passed', actual: '401', seq: 0 },
        { status: 'passed', actual: '"no token"' },
      ],
      steps: [{ status: 'skipped' }],
    });
  });

  test('that is refused in another way than expected fails', async () => {
    const url = await refusingServer();
    expect(await run(`# @expect status == 403\nWEBSOCKET ${url}`)).toMatchObject({
      status: 'failed',
      failure: {
        cause: 'expectation',
        expected: 'status == 403',
        actual: '401',
        range: { start: { line: 0 } },
      },
    });
    expect(await run(`# @expect header X-Why exists\nWEBSOCKET ${url}`)).toMatchObject({
      status: 'error',
      failure: { code: 'handshake.status' },
    });
  });

  test('that comes about though a refusal is expected fails', async () => {
    const url = await scriptedServer(() => undefined);
    expect(await run(`# @expect status == 401\nWEBSOCKET ${url}`)).toMatchObject({
      status: 'failed',
      failure: { actual: '101' },
    });
  });

  test('without a server is an error, for any expectation', async () => {
    expect(await run('# @expect status == 401\nWEBSOCKET ws://127.0.0.1:1')).toMatchObject({
      status: 'error',
      failure: { cause: 'connection', code: 'tcp.refused' },
    });
  });
});

describe('a wait', () => {
  test('that no message meets shows how close the best candidate came', async () => {
    const url = await scriptedServer((socket) => {
      for (const type of ['hello', 'subscribe', 'tick']) socket.send(JSON.stringify({ type, id: 1 }));
    });
    const result = await run(
      `WEBSOCKET ${url}\n\n=== wait-for-server\n# @where $.id == 1\n# @where $.type == "subscribed"\n# @within 300ms\n`,
    );
    expect(result.status).toBe('failed');
    expect(result.failure).toMatchObject({
      code: 'wait',
      expected: '$.id == 1 and $.type == "subscribed"',
      looked: 3,
      best: { seq: 2, expected: '$.type == "subscribed"', actual: '"subscribe"' },
      range: { start: { line: 3 } },
    });
    expect(result.failure!.best!.closeness).toBeGreaterThan(0.9);
    expect(result.failure!.message).toContain('None of the 3 messages that were there within 300 ms');
  });

  test('for any message fails if none comes', async () => {
    const url = await scriptedServer(() => undefined);
    const result = await run(`WEBSOCKET ${url}\n\n=== wait-for-server\n# @within 50ms`);
    expect(result.failure).toMatchObject({ message: 'No message came within 50 ms.', looked: 0 });
  });

  test('fails at once if the connection closes', async () => {
    const url = await scriptedServer((socket) => socket.close(4001, 'enough'));
    const result = await run(`WEBSOCKET ${url}\n\n=== wait-for-server\n# @within 1h`);
    expect(result.failure).toMatchObject({
      code: 'close',
      message: 'The connection closed with 4001 “enough” before a message came.',
    });
  });

  test('takes the messages before the close first', async () => {
    const url = await scriptedServer((socket) => {
      socket.send('last words');
      socket.close(1000);
    });
    const result = await run(
      `WEBSOCKET ${url}\n\n=== wait-for-server\n# @delay 50ms\n=== wait-for-server\n# @where kind == "close"\n`,
    );
    expect(result.failure).toBeUndefined();
  });

  test('fails at once if an earlier step has taken the close', async () => {
    const url = await scriptedServer((socket) => socket.close(4001, 'enough'));
    const result = await run(
      `WEBSOCKET ${url}\n\n=== wait-for-server\n# @where kind == "close"\n=== wait-for-server\n# @within 30s`,
      { timeout: 4000 },
    );
    expect(result.steps.map(({ status }) => status)).toEqual(['passed', 'failed']);
    expect(result.failure).toMatchObject({
      cause: 'expectation',
      code: 'close',
      message: 'The connection closed with 4001 “enough” before a message came.',
    });
  });

  test('for a close of another code reports the received one', async () => {
    const url = await scriptedServer((socket) => socket.close(4001));
    const result = await run(
      `WEBSOCKET ${url}\n\n=== wait-for-server\n# @where kind == "close"\n# @expect close.code == 1000`,
    );
    expect(result.failure).toMatchObject({ expected: 'close.code == 1000', actual: '4001' });
  });
});

test('all expectations of a step are judged, and the first failure ends the request', async () => {
  const seen: string[] = [];
  const url = await scriptedServer((socket) => {
    socket.send('{"price": 99.50}');
    onText(socket, (text) => seen.push(text));
  });
  const result = await run(
    `WEBSOCKET ${url}\n\n=== wait-for-server\n# @expect $.price exists\n# @expect $.price > 100\n# @expect $.price > 200\n# @capture price = $.price\nnever sent\n=== wait-for-server\n`,
  );
  expect(result.failure).toMatchObject({ actual: '99.50', seq: 1, range: { start: { line: 4 } } });
  expect(result.failure!.message).toBe('Expected $.price > 100, but it is 99.50.');
  const [step, next] = result.steps;
  expect(step!.expectations.map(({ status }) => status)).toEqual(['passed', 'failed', 'failed']);
  expect(step).toMatchObject({ captures: [], sent: undefined });
  expect(next!.status).toBe('skipped');
  expect(seen).toEqual([]);
});

test('a capture of a missing value fails', async () => {
  const url = await scriptedServer((socket) => socket.send('{}'));
  const result = await run(`WEBSOCKET ${url}\n\n=== wait-for-server\n# @capture id = $.id`);
  expect(result).toMatchObject({ status: 'failed', failure: { code: 'capture', expected: '$.id exists' } });
});

describe('a schema', () => {
  async function runWith(schema: string, message: string) {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'schemas'));
    await writeFile(join(folder, 'schemas/tick.json'), schema);
    const url = await scriptedServer((socket) => socket.send(message));
    const source = `WEBSOCKET ${url}\n\n=== wait-for-server\n# @expect $.tick schema ./schemas/tick.json`;
    return run(source, { folder });
  }
  const schema =
    '{"type":"object","required":["id"],"properties":{"at":{"type":"string","format":"date-time"}}}';

  test('is satisfied', async () => {
    const result = await runWith(schema, '{"tick":{"id":1,"at":"2026-11-22T10:00:00Z"}}');
    expect(result.failure).toBeUndefined();
  });

  test.each([
    '',
    '"$schema":"https://json-schema.org/draft/2020-12/schema",',
    '"$schema":"https://json-schema.org/draft/2019-09/schema",',
  ])('tells what it finds wrong {%s', async (dialect) => {
    const result = await runWith(schema.replace('{', `{${dialect}`), '{"tick":{"at":"noon"}}');
    expect(result.status).toBe('failed');
    expect(result.failure!.actual).toContain("must have required property 'id'");
    expect(result.failure!.actual).toContain('$/at must match format "date-time"');
  });

  test.each([
    '{"type": 1}',
    '[]',
    'not JSON',
    '{"$async": true, "type": "string"}',
    '{"$async": true, "$schema": "https://json-schema.org/draft/2020-12/schema"}',
    '{"$async": true, "$schema": "https://json-schema.org/draft/2019-09/schema"}',
    '{"$async": "yes", "type": "string"}',
    '{"$ref": "#/definitions/a", "definitions": {"a": {"$async": true, "type": "string"}}}',
    `${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`,
  ])('that is invalid is refused before anything connects: %s', async (text) => {
    const result = await runWith(text, '{}');
    expect(result).toMatchObject({ status: 'error', session: undefined, failure: { cause: 'invalid' } });
    expect(result.failure!.range.start.line).toBe(3);
  });
});

test('a file that is missing is refused before anything connects', async () => {
  const result = await run('WEBSOCKET ws://127.0.0.1:1\n\n< ./missing.bin', {
    folder: await temporaryFolder(),
  });
  expect(result).toMatchObject({
    status: 'error',
    session: undefined,
    failure: { cause: 'invalid', code: 'disk.denied', range: { start: { line: 2 } } },
  });
});

test('a request with an error is refused before anything connects', async () => {
  const result = await run('# @timeout 2\nWEBSOCKET ws://127.0.0.1:1');
  expect(result).toMatchObject({
    status: 'error',
    session: undefined,
    failure: { code: 'directive.argument' },
  });
});

test('a pattern that never ends is ended', { timeout: 20_000 }, async () => {
  const url = await scriptedServer((socket) => socket.send(`${'a'.repeat(60)}!`));
  const result = await run(`WEBSOCKET ${url}\n\n=== wait-for-server\n# @expect text matches /^(a+)+$/`);
  expect(result).toMatchObject({ status: 'error', failure: { cause: 'invalid' } });
  expect(result.failure!.message).toContain('without finishing');
});

describe('a run', () => {
  test('that exceeds its time-out fails, and the connection ends', async () => {
    const closed: number[] = [];
    const url = await scriptedServer((socket) => socket.on('close', (code) => closed.push(code)));
    const result = await run(`WEBSOCKET ${url}\n\n=== wait-for-server\n`, { timeout: 200 });
    expect(result).toMatchObject({ status: 'failed', failure: { cause: 'timeout' } });
    expect(result.duration).toBeGreaterThanOrEqual(190);
    await expect.poll(() => closed).toHaveLength(1);
  });

  test.each([
    ['waits', 'stepStarted', '=== wait-for-server\n'],
    ['repeats', 'stepStarted', '# @repeat 1000 every 1s\nx'],
    ['delays', 'stepStarted', '# @delay 1h\nx'],
    ['connects', 'connecting', 'x'],
  ])('is cancelled at once while it %s', async (_, moment, step) => {
    const url = await scriptedServer(() => undefined);
    const cancel = new AbortController();
    const result = await run(`WEBSOCKET ${url}\n\n${step}`, {
      signal: cancel.signal,
      onEvent: ({ kind }) => {
        if (kind === moment) setTimeout(() => cancel.abort(), 0);
      },
    });
    expect(result).toMatchObject({ status: 'skipped', failure: { cause: 'cancelled' } });
    expect(result.duration).toBeLessThan(5_000);
  });

  test('that is cancelled before its start does not connect', async () => {
    const { engine } = await testEngine();
    const source = 'WEBSOCKET ws://127.0.0.1:1\n';
    expect(await runText(engine, source, { signal: AbortSignal.abort() })).toMatchObject([
      { status: 'skipped', session: undefined },
    ]);
    expect(engine.sessions).toEqual([]);
  });
});
