import { decode as decodeMsgpack, encode as encodeMsgpack } from '@msgpack/msgpack';
import { encode as encodeCbor } from 'cbor2';
import { diagnose } from 'cbor2/diagnostic';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as mqtt from 'mqtt-packet';
import { WebSocket } from 'ws';
import { readCbor } from '../../src/core/codec/cbor.ts';
import { readMsgpack } from '../../src/core/codec/msgpack.ts';
import { setUserTables } from '../../src/core/protocol/registry.ts';
import type { ProtocolTable } from '../../src/core/protocol/table/protocolTable.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Appender } from '../../src/recording/write/appender.ts';
import { BatchWriter, SlabPool } from '../../src/recording/write/batchWriter.ts';
import { manifest } from '../support/recordings.ts';
import { openRecording } from '../../src/engine/recordingFile.ts';
import type { Session } from '../../src/engine/session.ts';

// The measured programs, one per process: node client.js ROLE ARGUMENTS. Each prints one line of JSON.

const MiB = 1024 * 1024;
const rss = (): number => process.memoryUsage.rss() / MiB;

function engine(): Engine {
  return new Engine({
    workersFolder: join(process.cwd(), 'dist/workers'),
    onError: (error) => {
      throw error;
    },
  });
}

/** Bare `ws`: counts messages and keeps nothing. */
async function bare(url: string): Promise<object> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let messages = 0;
  let started = 0;
  socket.on('open', () => (started = performance.now()));
  socket.on('message', () => messages++);
  await new Promise((resolve, reject) => socket.on('close', resolve).on('error', reject));
  return { seconds: (performance.now() - started) / 1000, messages };
}

async function ended(session: Session, messages: number, sample: (rows: number) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = session.onDidChange(() => {
      sample(session.rows);
      // `open` and `close` have a row each.
      if (session.rows < messages + 2) return;
      stop();
      resolve();
    });
  });
}

/** Duplex: receives and records, until the last row can be read back from disk. */
async function duplex(url: string, folder: string, messages: number, keep: boolean): Promise<object> {
  const duplexEngine = engine();
  const session = duplexEngine.create({ url, deflate: false, maxPayload: 0 }, { folder });
  return received(duplexEngine, session, messages, keep);
}

/** The messages of `/burst`. */
const BURST: ProtocolTable = {
  id: 'burst',
  title: 'Burst',
  about: 'Numbered messages.',
  rules: [{ type: 'event', name: 'burst' }],
};

/** A session whose messages are all decoded and indexed. */
function decodedSession(duplexEngine: Engine, url: string, folder: string) {
  setUserTables([BURST]);
  const session = duplexEngine.create({ url, deflate: false, maxPayload: 0, protocol: BURST.id }, { folder });
  const units = duplexEngine.units(session, { protocol: BURST.id, pairs: undefined, tables: [BURST] });
  return { session, units };
}

/**
 * Like `duplex`, with a named protocol and the index of units. Also measures how long the index takes after the last
 * message.
 */
async function decoded(url: string, folder: string, messages: number): Promise<object> {
  const duplexEngine = engine();
  const { session, units } = decodedSession(duplexEngine, url, folder);
  let indexed = 0;
  const result = await received(duplexEngine, session, messages, false, async () => {
    const started = performance.now();
    await units.ready();
    indexed = (performance.now() - started) / 1000;
    if (units.state.units !== messages) throw new Error(`${units.state.units} units are indexed.`);
  });
  return { ...result, indexed };
}

/** @param after called when the last row was read back */
async function received(
  duplexEngine: Engine,
  session: Session,
  messages: number,
  keep: boolean,
  after?: () => Promise<void>,
): Promise<object> {
  const { folder } = session;
  await session.recordingReady();
  const memory: { rows: number; rss: number }[] = [];
  let next = 0;
  const finished = ended(session, messages, (rows) => {
    if (rows < next) return;
    memory.push({ rows, rss: rss() });
    next = rows + messages / 20;
  });
  await session.connect();
  const started = performance.now();
  await finished;
  await session.readRows(messages, 2);
  const seconds = (performance.now() - started) / 1000;
  await after?.();
  await duplexEngine.dispose();
  if (!keep && folder !== undefined) rmSync(folder, { recursive: true });
  return { seconds, messages: session.summary.in.messages, memory };
}

/** A plain append of as many bytes, in pieces as large as a slab. */
function append(folder: string, bytes: number): object {
  const file = join(folder, 'append.bin');
  const piece = new Uint8Array(MiB).fill(120);
  const started = performance.now();
  const out = openSync(file, 'w');
  for (let done = 0; done < bytes;) done += writeSync(out, piece, 0, Math.min(MiB, bytes - done));
  closeSync(out);
  const seconds = (performance.now() - started) / 1000;
  rmSync(file);
  return { seconds };
}

/** Measures how long the host's event loop stalls while messages arrive at a rate, in milliseconds. */
async function stall(url: string, folder: string, seconds: number, isDecoded: boolean): Promise<object> {
  const duplexEngine = engine();
  const session = isDecoded
    ? decodedSession(duplexEngine, url, folder).session
    : duplexEngine.create({ url, deflate: false }, { folder });
  await session.connect();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = session.summary.in.messages;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  delay.disable();
  const rate = (session.summary.in.messages - before) / seconds;
  await duplexEngine.dispose();
  rmSync(folder, { recursive: true });
  // The timer of the measurement itself ticks every millisecond.
  return {
    rate,
    p50: delay.percentile(50) / 1e6 - 1,
    p99: delay.percentile(99) / 1e6 - 1,
    max: delay.max / 1e6 - 1,
  };
}

/** Milliseconds to fetch a screenful at random places of a recording. */
function jump(folder: string): object {
  const recording = openRecording(folder);
  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const from = Math.floor(Math.random() * (recording.rows - 50));
    const started = performance.now();
    const rows = recording.readRows(from, 50);
    times.push(performance.now() - started);
    if (rows[0]?.seq !== from) throw new Error(`Row ${from} was not there.`);
  }
  recording.close();
  times.sort((a, b) => a - b);
  return { rows: recording.rows, p50: times[250], max: times.at(-1) };
}

/** Milliseconds that the format worker takes for a JSON message, and how long the host stalls in that time. */
async function pretty(url: string, folder: string, bytes: number): Promise<object> {
  const duplexEngine = engine();
  const session = duplexEngine.create({ url, deflate: false }, { folder });
  await session.connect();
  const item =
    '{"id":12345678901234567890,"name":"item","tags":["a","b","c"],"price":1.0,"nested":{"x":null}}';
  const text = `[${new Array(Math.ceil(bytes / (item.length + 1))).fill(item).join(',')}]`;
  await session.send({ kind: 'text', data: Buffer.from(text) });
  await new Promise<void>((resolve) => session.onDidChange(() => session.rows >= 3 && resolve()));
  // The start of the worker is not measured.
  await duplexEngine.format.open('warm', folder, 0, 'pretty');
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  const document = await duplexEngine.format.open('large', folder, 1, 'pretty');
  const milliseconds = performance.now() - started;
  delay.disable();
  await duplexEngine.dispose();
  rmSync(folder, { recursive: true });
  return { milliseconds, lines: document.lines, stall: delay.max / 1e6 - 1 };
}

/** Seconds that a search takes, and the milliseconds until its first hits are available. */
async function search(folder: string, word: string): Promise<object> {
  const duplexEngine = engine();
  const run = async (to?: number): Promise<object> => {
    const started = performance.now();
    const query = { text: { pattern: word, mode: 'plain', caseSensitive: true } } as const;
    const searching = duplexEngine.search(folder, query, to === undefined ? {} : { to });
    let first: number | undefined;
    await new Promise<void>((resolve, reject) => {
      searching.onDidChange(() => {
        const { hits, done, error } = searching.state;
        if (hits > 0 && !done) first ??= performance.now() - started;
        if (error) reject(new Error(error.message));
        else if (done) resolve();
      });
    });
    const { hits, scanned } = searching.state;
    const seconds = (performance.now() - started) / 1000;
    await searching.dispose();
    return { seconds, first, hits, scanned };
  };
  // The start of the worker is not measured.
  await run(1);
  const result = await run();
  await duplexEngine.dispose();
  return result;
}

/** Milliseconds and MB that a recording takes by its length. */
async function growth(folder: string): Promise<object> {
  const duplexEngine = engine();
  const timed = async <T>(work: () => Promise<T>): Promise<{ milliseconds: number; value: T }> => {
    const started = performance.now();
    const value = await work();
    return { milliseconds: performance.now() - started, value };
  };
  // The start of the workers is not measured.
  const warm = { from: 0, end: 1 };
  await duplexEngine.query.statistics(folder, warm);
  globalThis.gc?.();
  const before = rss();
  const opened = await timed(() => duplexEngine.reopen(folder));
  const session = opened.value;
  const { rows } = session;
  const slowest = async (work: (at: number) => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 100; i++) times.push((await timed(() => work(Math.random()))).milliseconds);
    return Math.max(...times);
  };
  await session.readRows(0, 50);
  const jumped = await slowest((at) => session.readRows(Math.floor(at * (rows - 50)), 50));
  const [last] = await session.readRows(rows - 1, 1);
  const rowAtTime = await slowest((at) => session.rowAtTime(at * last!.time));
  const count = async (): Promise<void> => {
    while ((await duplexEngine.query.rates('growth', folder, 0, rows)).next < rows);
  };
  const counted = await timed(count);
  const update = await timed(count);
  const searched = await timed(async () => {
    const found = duplexEngine.search(session, {
      text: { pattern: 'nowhere', mode: 'plain', caseSensitive: true },
    });
    while (!found.state.done || found.state.scanned < rows)
      await new Promise((resolve) => setTimeout(resolve, 1));
    await found.dispose();
  });
  globalThis.gc?.();
  const memory = rss() - before;
  await duplexEngine.dispose();
  return {
    rows,
    open: opened.milliseconds,
    jump: jumped,
    rowAtTime,
    rates: counted.milliseconds,
    update: update.milliseconds,
    search: searched.milliseconds,
    memory,
  };
}

/** A conversation of calls and replies: text, or packets, of message number `i`. Even ones are calls. */
const CONVERSATIONS: Record<string, { url: string; message: (i: number) => string | Uint8Array }> = {
  'Socket.IO': {
    url: 'ws://127.0.0.1/socket.io/?EIO=4',
    message: (i) =>
      i % 2 === 0 ? `42${i >> 1}["chat message",{"room":1,"text":"number ${i}"}]` : `43${i >> 1}["ok"]`,
  },
  'JSON-RPC': {
    url: 'ws://127.0.0.1/',
    message: (i) =>
      i % 2 === 0
        ? `{"jsonrpc":"2.0","id":${i >> 1},"method":"subtract","params":[${i},23]}`
        : `{"jsonrpc":"2.0","id":${i >> 1},"result":${i}}`,
  },
  MQTT: { url: 'ws://127.0.0.1/mqtt', message: mqttPacket },
};

/** CONNECT and CONNACK of MQTT 3.1.1 (OASIS, section 3), then PUBLISH of QoS 1 and PUBACK. */
function mqttPacket(i: number): Uint8Array {
  if (i === 0)
    return mqtt.generate({
      cmd: 'connect',
      clientId: 'bench',
      protocolVersion: 4,
      clean: true,
      keepalive: 0,
    });
  if (i === 1) return mqtt.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false });
  const messageId = 1 + ((i >> 1) % 65_535);
  if (i % 2 === 1) return mqtt.generate({ cmd: 'puback', messageId });
  const payload = `{"celsius":${20 + (i % 10)},"at":${i}}`;
  return mqtt.generate({
    cmd: 'publish',
    topic: `sensors/${i % 50}/temperature`,
    payload,
    qos: 1,
    dup: false,
    retain: false,
    messageId,
  });
}

/** Records a conversation as the recorder does, without a socket. */
function record(folder: string, protocol: string, messages: number): object {
  const { url, message } = CONVERSATIONS[protocol]!;
  const appender = Appender.create(folder, manifest({ url }));
  const writer = new BatchWriter(0, new SlabPool());
  const encoder = new TextEncoder();
  for (let i = 0; i < messages; i++) {
    const sent = message(i);
    const bytes = typeof sent === 'string' ? encoder.encode(sent) : sent;
    if (!writer.fits(bytes.length)) appender.append(writer.take()!);
    writer.add(typeof sent === 'string' ? 'text' : 'binary', i % 2 === 0 ? 'out' : 'in', 0, i * 10, bytes);
  }
  appender.append(writer.take()!);
  appender.close();
  return { messages };
}

/** Seconds to decode and index a recording, milliseconds of the percentiles and of screenfuls of decoded rows. */
async function units(folder: string): Promise<object> {
  const duplexEngine = engine();
  const options = { protocol: 'auto', pairs: undefined };
  // The start of the worker is not measured.
  await duplexEngine.units(folder, { ...options, protocol: 'none' }).names();
  const started = performance.now();
  const index = duplexEngine.units(folder, options);
  await index.ready();
  const seconds = (performance.now() - started) / 1000;
  const figures = await index.figures();
  const pairs = (performance.now() - started) / 1000;
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const from = Math.floor(Math.random() * (index.state.rows - 50));
    const asked = performance.now();
    const rows = await index.decode(Array.from({ length: 50 }, (_, row) => from + row));
    times.push(performance.now() - asked);
    if (rows.some(({ list }) => list?.units.length !== 1)) throw new Error(`Row ${from} was not decoded.`);
  }
  times.sort((a, b) => a - b);
  const { rows } = index.state;
  await duplexEngine.dispose();
  return { rows, seconds, pairs, calls: figures[0]?.calls, p50: times[50], max: times.at(-1) };
}

/**
 * Milliseconds of one round over messages of a feed, with Duplex's codec, which checks them first, and with the
 * library alone.
 */
function codecs(format: string): object {
  const trade = (id: number) => ({
    type: 'trade',
    symbol: 'BTC-USD',
    price: 50_123.25 + id,
    tags: ['a', 'b'],
    maker: id % 2 === 0,
    id,
  });
  const values = Array.from({ length: 1000 }, (_, id) => trade(id));
  const [encode, ours, library] =
    format === 'msgpack'
      ? [encodeMsgpack, readMsgpack, (bytes: Uint8Array) => decodeMsgpack(bytes, { useBigInt64: true })]
      : [encodeCbor, readCbor, diagnose];
  const messages = values.map((value) => new Uint8Array(encode(value)));
  const time = (read: (bytes: Uint8Array) => unknown): number => {
    const started = performance.now();
    for (const bytes of messages) read(bytes);
    return performance.now() - started;
  };
  // The warm-up lets the code be compiled before it is measured.
  for (let round = 0; round < 5; round++) for (const read of [ours, library]) time(read);
  const rounds = Array.from({ length: 15 }, () => ({ ours: time(ours), library: time(library) }));
  return { ours: rounds.map((each) => each.ours), library: rounds.map((each) => each.library) };
}

const ROLES: Record<string, (...args: string[]) => object | Promise<object>> = {
  bare: (url) => bare(url),
  decoded: (url, folder, messages) => decoded(url, folder, Number(messages)),
  duplex: (url, folder, messages, keep) => duplex(url, folder, Number(messages), keep === 'keep'),
  append: (folder, bytes) => append(folder, Number(bytes)),
  stall: (url, folder, seconds, kind) => stall(url, folder, Number(seconds), kind === 'decoded'),
  jump: (folder) => jump(folder),
  growth: (folder) => growth(folder),
  record: (folder, protocol, messages) => record(folder, protocol, Number(messages)),
  units: (folder) => units(folder),
  codecs: (format) => codecs(format),
  search: (folder, word) => search(folder, word),
  pretty: (url, folder, bytes) => pretty(url, folder, Number(bytes)),
};

const [role = '', ...args] = process.argv.slice(2);
void (async () => console.log(JSON.stringify(await ROLES[role]!(...args))))();
