import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import type { RunEvent } from '../../../src/core/request/run/runPorts.ts';
import { testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { runText } from '../../support/runs.ts';
import { onText, scriptedServer } from '../../support/scriptedServer.ts';

interface Saw {
  readonly what: string;
  readonly at: number;
}

/** A server that notes what comes, when. */
async function notingServer(): Promise<{ url: string; saw: Saw[] }> {
  const saw: Saw[] = [];
  const note = (what: string): void => void saw.push({ what, at: performance.now() });
  const url = await scriptedServer((socket) => {
    socket.on('message', (data, isBinary) => {
      const bytes = data as Buffer;
      note(isBinary ? `binary ${bytes.toString('hex')}` : bytes.toString());
    });
    socket.on('ping', (data) => note(`ping ${data.toString()}`));
    socket.on('close', (code, reason) => note(`close ${code} ${reason.toString()}`.trim()));
  });
  return { url, saw };
}

describe('a step', () => {
  test('encodes its payload, also that of a file and with variables', async () => {
    const { engine } = await testEngine();
    const { url, saw } = await notingServer();
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.json'), '{"to": "{{name}}"}');
    const [result] = await runText(
      engine,
      `@name = Ada
@format = cbor
WEBSOCKET ${url}

# @encode msgpack
{"id": 12345678901234567890, "to": "{{name}}"}
===
# @encode {{format}}
{1: h'0102', "at": 1.0}
===
# @encode msgpack
<@ ./a.json
`,
      { folder },
    );
    expect(result).toMatchObject({ status: 'passed' });
    expect(saw.slice(0, 3).map(({ what }) => what)).toEqual([
      'binary 82a26964cfab54a98ceb1f0ad2a2746fa3416461',
      'binary a201420102626174f93c00',
      'binary 81a2746fa3416461',
    ]);
  });

  test('compresses its payload, also that of a file', async () => {
    const { engine } = await testEngine();
    const { url, saw } = await notingServer();
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.txt'), 'Hello {{name}}');
    const inflaters = {
      gzip: gunzipSync,
      zlib: inflateSync,
      deflate: inflateRawSync,
      brotli: brotliDecompressSync,
    };
    const formats = Object.keys(inflaters) as (keyof typeof inflaters)[];
    const steps = formats.flatMap((format) => [
      `# @encode ${format}\n{"to": "{{name}}"}\n`,
      `# @encode ${format}\n<@ ./a.txt\n`,
    ]);
    const source = `@name = Ada\nWEBSOCKET ${url}\n\n${steps.join('===\n')}`;
    const [result] = await runText(engine, source, { folder });
    expect(result).toMatchObject({ status: 'passed' });
    const sent = saw
      .filter(({ what }) => what.startsWith('binary'))
      .map(({ what }) => Buffer.from(what.slice(7), 'hex'));
    expect(sent).toHaveLength(8);
    expect(sent.map((bytes, index) => inflaters[formats[index >> 1]!](bytes).toString())).toEqual(
      formats.flatMap(() => ['{"to": "Ada"}', 'Hello Ada']),
    );
  });

  test('judges and captures what a binary message means', async () => {
    const { engine } = await testEngine();
    const url = await scriptedServer((socket) => socket.on('message', (data) => socket.send(data)));
    const [result] = await runText(
      engine,
      `WEBSOCKET ${url}

# @encode msgpack
{"type": "tick", "id": 12345678901234567890}
=== wait-for-server
# @where payload.type == "tick"
# @expect payload.id == 12345678901234567890
# @expect kind == "binary"
# @capture id = payload.id
# @encode cbor
{"again": {{id}}}
=== wait-for-server
# @expect payload.again == {{id}}
# @expect $.again not exists
`,
    );
    expect(result?.failure).toBeUndefined();
    expect(result).toMatchObject({ status: 'passed' });
  });

  test('sends bytes, escapes, files, pings, and closes', async () => {
    const { engine } = await testEngine();
    const { url, saw } = await notingServer();
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.txt'), 'Hello {{name}}\\n');
    const [result] = await runText(
      engine,
      `@name = Ada
WEBSOCKET ${url}

# @binary hex
00 01 ff
===
# @binary base64
AAEC
===
# @escape
CONNECT\\n{{name}}\\0\\u{1f4cf}
===
< ./{{file}}
===
<@ ./a.txt
===
# @escape
<@ ./a.txt
===
# @ping are you there, {{name}}?
===
# @close 4000 enough
`.replace('{{file}}', 'a.txt'),
      { folder },
    );
    expect(result!.failure).toBeUndefined();
    await expect
      .poll(() => saw.map(({ what }) => what))
      .toEqual([
        'binary 0001ff',
        'binary 000102',
        'CONNECT\nAda\0📏',
        `binary ${Buffer.from('Hello {{name}}\\n').toString('hex')}`,
        'Hello Ada\\n',
        'Hello Ada\n',
        'ping are you there, Ada?',
        'close 4000 enough',
      ]);
  });

  test('waits, delays and repeats, each time with new values', async () => {
    const { engine } = await testEngine();
    const { url, saw } = await notingServer();
    const [result] = await runText(
      engine,
      `WEBSOCKET ${url}\n\nbegin\n===\n# @delay 120ms\n# @repeat 3 every 60ms\n{{$uuid}}`,
    );
    expect(result!.failure).toBeUndefined();
    await expect.poll(() => saw).toHaveLength(5);
    const [begin, first, second, third, close] = saw;
    expect(first!.at - begin!.at).toBeGreaterThan(100);
    expect(third!.at - first!.at).toBeGreaterThan(100);
    expect(new Set([first!.what, second!.what, third!.what]).size).toBe(3);
    expect(close!.what).toBe('close 1000');
  });

  test('captures of the handshake, and of text, numbers and lists as they were written', async () => {
    const { engine } = await testEngine();
    const seen: string[] = [];
    const url = await scriptedServer((socket) => {
      socket.send('{"n": 1.0, "list": [1.50, "a"], "text": "a \\"b\\""}');
      onText(socket, (text) => seen.push(text));
    });
    const [result] = await runText(
      engine,
      `WEBSOCKET ${url}\n\n=== wait-for-server\n# @capture n = $.n\n# @capture list = $.list\n# @capture text = $.text\n{{n}} {{list}} {{text}}\n===\n# @capture upgrade = header Upgrade\n{{upgrade}}`,
    );
    expect(result!.failure).toBeUndefined();
    await expect.poll(() => seen).toEqual(['1.0 [1.50, "a"] a "b"', 'websocket']);
  });

  test('reports events as they happen', async () => {
    const { engine } = await testEngine();
    const url = await scriptedServer((socket) => onText(socket, (text) => socket.send(text)));
    const events: RunEvent[] = [];
    await runText(engine, `WEBSOCKET ${url}\n\na\n=== wait-for-server\n`, {
      onEvent: (event) => events.push(event),
    });
    expect(events.map(({ kind }) => kind)).toEqual([
      'requestStarted',
      'connecting',
      'stepStarted',
      'stepEnded',
      'stepStarted',
      'stepEnded',
      'requestEnded',
    ]);
  });

  test('sends after its delay the message that is made then', async () => {
    const { engine } = await testEngine();
    const { url, saw } = await notingServer();
    const begun = Date.now();
    await runText(engine, `WEBSOCKET ${url}\n\n# @delay 300ms\n{{$isoTimestamp}}`);
    expect(Date.parse(saw[0]!.what) - begun).toBeGreaterThanOrEqual(300);
  });
});

test('requests side by side are actors with one clock', async () => {
  const { engine } = await testEngine();
  const sockets: { send(text: string): void }[] = [];
  const url = await scriptedServer((socket) => {
    sockets.push(socket);
    onText(socket, (text) => sockets.forEach((each) => each.send(text)));
  });
  const source = `### Speaker
WEBSOCKET ${url}

# @delay 300ms
{"say": "hello"}
=== wait-for-server
### Listener
WEBSOCKET ${url}

=== wait-for-server
# @expect $.say == "hello"
`;
  const results = await runText(engine, source, { together: true });
  expect(results.map(({ name, status }) => [name, status])).toEqual([
    ['Speaker', 'passed'],
    ['Listener', 'passed'],
  ]);
  expect(results[1]!.startedAt).toBeLessThan(250);
});

describe('much that nobody takes', () => {
  test('is queued, and a wait among ten thousand messages finds its own', async () => {
    const { engine } = await testEngine();
    const url = await scriptedServer((socket) => {
      for (let n = 0; n < 10_000; n++) socket.send(`{"type":"tick","n":${n}}`);
    });
    const steps = Array.from(
      { length: 300 },
      (_, index) => `=== wait-for-server\n# @where $.n == ${9_999 - index * 30}\n`,
    );
    const [result] = await runText(engine, `WEBSOCKET ${url}\n\n${steps.join('')}`);
    expect(result!.failure).toBeUndefined();
    expect(result!.steps[299]!.received).toBe(1 + 9_999 - 299 * 30);
  });

  test('is read from the recording again if it is too large to keep', { timeout: 60_000 }, async () => {
    const { engine } = await testEngine();
    const filler = 'x'.repeat(1024 * 1024);
    const url = await scriptedServer((socket) => {
      for (let n = 0; n < 40; n++) socket.send(`{"n":${n},"filler":"${filler}"}`);
    });
    const [result] = await runText(
      engine,
      `WEBSOCKET ${url}\n\n=== wait-for-server\n# @where $.n == 39\n# @within 50s\n# @expect $.filler startsWith "xxx"\n=== wait-for-server\n# @expect $.n == 0\n`,
    );
    expect(result!.failure).toBeUndefined();
    expect(result!.steps.map(({ received }) => received)).toEqual([40, 1]);
  });
});

test('a request of five thousand messages runs', { timeout: 60_000 }, async () => {
  const { engine } = await testEngine();
  const url = await scriptedServer((socket) => onText(socket, (text) => socket.send(text)));
  const steps = Array.from(
    { length: 5_000 },
    (_, n) => `${n === 0 ? '' : `=== wait-for-server\n# @expect $.n == ${n - 1}\n`}{"n": ${n}}\n`,
  );
  const source = `WEBSOCKET ${url}\n\n${steps.join('')}`;
  expect(analyzeRequestFile(source).diagnostics).toEqual([]);
  const [result] = await runText(engine, source);
  expect(result!.failure).toBeUndefined();
  expect(result!.steps).toHaveLength(5_000);
});

describe('@none', () => {
  const events = (...types: string[]) =>
    scriptedServer((socket) => {
      for (const type of types) socket.send(JSON.stringify({ type }));
    });
  const run = async (url: string, directives: string) => {
    const { engine } = await testEngine();
    const [result] = await runText(engine, `WEBSOCKET ${url}\n\n=== wait-for-server\n${directives}`);
    return result!;
  };

  test('passes if no such message comes, and leaves the others queued', async () => {
    const url = await events('tick', 'tock');
    const result = await run(
      url,
      '# @none\n# @where $.type == "error"\n# @within 200ms\n=== wait-for-server\n# @expect $.type == "tick"',
    );
    expect(result).toMatchObject({
      status: 'passed',
      steps: [{ received: undefined }, { status: 'passed' }],
    });
    expect(result.duration).toBeGreaterThanOrEqual(190);
  });

  test('fails at once if one comes, and names it', async () => {
    const url = await events('tick', 'error');
    const result = await run(url, '# @none\n# @where $.type == "error"\n# @within 1h');
    expect(result).toMatchObject({
      status: 'failed',
      failure: { cause: 'expectation', code: 'none', seq: 2, expected: 'no message with $.type == "error"' },
    });
  });

  test('without a condition is about any message', async () => {
    expect(await run(await events('tick'), '# @none\n# @within 1h')).toMatchObject({
      failure: { code: 'none' },
    });
    expect(await run(await events(), '# @none\n# @within 100ms')).toMatchObject({ status: 'passed' });
  });

  test('passes if the connection closes first', async () => {
    const url = await scriptedServer((socket) => socket.close(1000));
    expect(await run(url, '# @none\n# @within 1h')).toMatchObject({ status: 'passed' });
    expect(await run(url, '# @none\n# @where kind == "close"\n# @within 1h')).toMatchObject({
      failure: { code: 'none' },
    });
  });

  test('is an error in a step without a wait, or with an expectation about the message', () => {
    const codes = (source: string) =>
      analyzeRequestFile(`WEBSOCKET ws://h\n\n${source}`).diagnostics.map(({ code }) => code);
    expect(codes('# @none\nx')).toEqual(['step.wait']);
    expect(codes('=== wait-for-server\n# @none\n# @expect $.a == 1')).toEqual(['directive.conflict']);
    expect(codes('=== wait-for-server\n# @none\n# @capture a = $.a')).toEqual(['directive.conflict']);
    expect(codes('=== wait-for-server\n# @none now')).toEqual(['directive.argument']);
    expect(codes('=== wait-for-server\n# @none\n# @expect status == 101\nx')).toEqual([]);
  });
});

test('a request that is disabled is skipped without connecting', async () => {
  let connections = 0;
  const url = await scriptedServer(() => {
    connections++;
  });
  const { engine } = await testEngine();
  const results = await runText(
    engine,
    `# @disabled\nWEBSOCKET ${url}\n\nx\n###\n# @disabled false\nWEBSOCKET ${url}\n`,
  );
  expect(results).toMatchObject([
    { status: 'skipped', session: undefined, failure: { cause: 'disabled' }, steps: [{ status: 'skipped' }] },
    { status: 'passed' },
  ]);
  expect(connections).toBe(1);
});
