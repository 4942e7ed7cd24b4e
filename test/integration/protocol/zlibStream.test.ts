import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { testEngine, workersFolder } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest, type TestRow } from '../../support/recordings.ts';
import { runText } from '../../support/runs.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { ZlibStreamWriter } from '../../support/zlibStream.ts';
import { duplex, jsonLines } from '../cliProcess.ts';

const OPEN = '{"status":101,"protocol":"","extensions":"","headers":[]}';

/** A server that speaks as Discord's gateway: one zlib stream out, JSON text in, long messages in several pieces; 4 ends the stream. */
function gateway(): Promise<string> {
  return scriptedServer((socket) => {
    const writer = new ZlibStreamWriter();
    let queue = Promise.resolve();
    const send = (message: unknown, isLast = false): void => {
      queue = queue.then(async () => {
        const json = JSON.stringify(message);
        const part = isLast ? await writer.end(json) : await writer.part(json);
        for (let at = 0; at < part.length; at += 100) socket.send(part.subarray(at, at + 100));
      });
    };
    send({ op: 10, d: { heartbeat_interval: 41_250 } });
    socket.on('message', (data: Buffer) => {
      const { op } = JSON.parse(data.toString()) as { op: number };
      if (op === 1) send({ op: 11 });
      if (op === 4) send({ op: 7, d: null }, true);
      if (op !== 2) return;
      const guilds = Array.from({ length: 60 }, (_, n) => ({ id: String(n * 7_654_321), unavailable: true }));
      send({ op: 0, s: 1, t: 'READY', d: { v: 10, guilds } });
      send({ op: 0, s: 2, t: 'MESSAGE_CREATE', d: { content: 'hello' } });
    });
  });
}

const REQUEST = `# @decode zlib-stream in
WEBSOCKET URL/?v=10&encoding=json&compress=zlib-stream

{"op": 2, "d": {"token": "x"}}
=== wait-for-server
# @expect payload.op == 10
# @capture beat = payload.d.heartbeat_interval
=== wait-for-server
# @expect payload.t == "READY"
# @expect payload.d.guilds[59].id == "451604939"
=== wait-for-server
# @expect payload.d.content == "hello"
===
{"op": 1, "d": {{beat}}}
=== wait-for-server
# @expect payload.op == 11
===
{"op": 4}
=== wait-for-server
# @expect payload.op == 7
`;

describe('one zlib stream over a connection', () => {
  it('is what the conditions and captures of a run read', async () => {
    const { engine } = await testEngine();
    const [result] = await runText(engine, REQUEST.replace('URL', await gateway()));
    expect(result).toMatchObject({ status: 'passed' });
  });

  it('is printed by connect and log, where a message that is only a piece has no units', async () => {
    const url = await gateway();
    const file = join(await temporaryFolder(), 'gateway');
    const { status, stdout, stderr } = await duplex([
      ...['connect', url, '--json', '--units', '--decode', 'zlib-stream in', '--record', file],
      ...['--send', '{"op":2}', '--wait', '1s'],
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const contents = (lines: ReturnType<typeof jsonLines>): unknown[] =>
      lines.flatMap(({ kind, decoded }) => {
        if (kind !== 'binary') return [];
        const { units = [] } = (decoded ?? {}) as { units?: { payload: { t?: string; op: number } }[] };
        return units.map(({ payload }) => payload.t ?? payload.op);
      });
    expect(contents(jsonLines(stdout))).toEqual([10, 'READY', 'MESSAGE_CREATE']);
    const binary = jsonLines(stdout).filter(({ kind }) => kind === 'binary');
    expect(binary.length).toBeGreaterThan(3);
    const log = await duplex(['log', file, '--json', '--units']);
    expect(contents(jsonLines(log.stdout))).toEqual([10, 'READY', 'MESSAGE_CREATE']);
  });
});

/** Rows of a connection whose messages are one zlib stream, split at every tenth. */
async function streamed(messages: readonly string[]): Promise<TestRow[]> {
  const parts = await new ZlibStreamWriter().parts(messages);
  return parts.flatMap((payload, n): TestRow[] => {
    const cut = n % 10 === 9 ? 3 : 0;
    const pieces = cut === 0 ? [payload] : [payload.slice(0, cut), payload.slice(cut)];
    return pieces.map((piece) => ({ kind: 'binary', payload: piece }));
  });
}

async function recorded(rows: readonly TestRow[], decode: readonly string[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest({ decode: [...decode] }));
  appendRows(appender, rows);
  appender.close();
  return folder;
}

const message = (n: number): string => JSON.stringify({ op: 0, s: n, t: n % 2 ? 'ODD' : 'EVEN', d: { n } });

/** An engine that owns the recording, so that the index is kept beside it. */
function ownerOf(folder: string): Engine {
  return new Engine({ workersFolder, recordingsFolder: dirname(folder), onError: () => undefined });
}

describe('the index of a zlib stream', () => {
  const COUNT = 6000;
  const asked = { protocol: 'none', pairs: undefined, decode: ['zlib-stream'] };

  it('decodes any row from a state at most some thousand rows before it, after a restart too', async () => {
    const rows = await streamed(Array.from({ length: COUNT }, (_, n) => message(n)));
    const open: TestRow = { payload: OPEN, kind: 'open', direction: 'none' };
    const folder = await recorded([open, ...rows, open, ...(await streamed([message(1), message(2)]))], []);
    for (let run = 0; run < 2; run++) {
      const engine = ownerOf(folder);
      const units = engine.units(await engine.reopen(folder), asked);
      await units.ready();
      expect(units.state.units).toBe(COUNT + 2);
      // Each ten messages are eleven rows, after the row of the opening.
      const rowOf = (n: number): number => 1 + n + Math.floor(n / 10) + (n % 10 === 9 ? 1 : 0);
      const wanted = [0, 9, 2047, 4444, 5678, COUNT - 1];
      const decoded = await units.decode(wanted.map(rowOf));
      expect(decoded.map(({ list }) => list?.units[0]?.payload?.content)).toEqual(wanted.map(message));
      const [piece] = await units.decode([rowOf(9) - 1]);
      expect(piece?.list).toMatchObject({ units: [], problems: [] });
      const second = await units.decode([rows.length + 2]);
      expect(second[0]?.list?.units[0]?.payload?.content).toBe(message(1));
      await engine.dispose();
      const states = readFileSync(join(folder, 'units', 'states.jsonl'), 'utf8');
      expect(states.split('\n').length).toBeGreaterThan(COUNT / 2100);
      // The states of the decoder do not fill the disk.
      expect(states.length).toBeLessThan(200_000);
    }
  });

  it('is made anew for other rules, and says what broke', async () => {
    const rows = await streamed([message(1), message(2)]);
    const folder = await recorded(rows, []);
    const contents = async (decode: readonly string[]) => {
      const engine = ownerOf(folder);
      const units = engine.units(await engine.reopen(folder), { ...asked, decode });
      await units.ready();
      const decoded = await units.decode([0, 1]);
      await engine.dispose();
      return decoded.map(({ list }) => list?.units[0]?.payload?.content ?? list?.problems[0]?.message);
    };
    expect(await contents(['zlib-stream'])).toEqual([message(1), message(2)]);
    expect(await contents(['zlib-stream out'])).toEqual([undefined, undefined]);
    expect(await contents(['zlib-stream in'])).toEqual([message(1), message(2)]);
    const broken = await recorded([{ kind: 'binary', payload: 'abc' }, ...rows.slice(1)], []);
    const { engine } = await testEngine();
    const units = engine.units(broken, asked);
    await units.ready();
    const decoded = await units.decode([0, 1]);
    expect(decoded.map(({ list }) => list?.problems[0]?.message)).toEqual([
      'Not a zlib stream: it does not begin with a zlib header.',
      'The zlib stream broke in an earlier message.',
    ]);
  });
});

describe('the view of one message', () => {
  it('says that it is a part of a stream', async () => {
    const { engine } = await testEngine();
    const folder = await recorded(await streamed([message(1), message(2)]), []);
    const { format } = engine;
    const opened = await format.open('part', folder, 1, 'pretty', ['zlib-stream']);
    expect(opened.remark).toContain('A part of a zlib stream');
  });
});
