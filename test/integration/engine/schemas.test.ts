import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runRequest } from '../../../src/core/request/run/runRequest.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Schemas, type SchemasOptions } from '../../../src/engine/schemas.ts';
import { serveScripts } from '../../../src/engine/serve/scriptedServers.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { workersFolder } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import { placed, runPorts } from '../../support/runs.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const TICK = 'syntax = "proto3"; package feed; message Tick { string symbol = 1; double price = 2; }';

/** A message of 30,000 fields: 640 KB that the parser needs minutes for. */
const ENDLESS = `syntax = "proto3"; message A {${Array.from(
  { length: 30_000 },
  (_, i) => `int32 f${i} = ${i + (i < 18_000 ? 1 : 3000)};`,
).join('\n')}}`;

async function schemaFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tick.proto'), TICK);
  await writeFile(join(folder, 'endless.proto'), ENDLESS);
  return folder;
}

function create(options: Partial<SchemasOptions> = {}): { schemas: Schemas; errors: DuplexError[] } {
  const errors: DuplexError[] = [];
  const schemas = new Schemas({ workersFolder, onError: (error) => errors.push(error), ...options });
  ending.push(() => schemas.dispose());
  return { schemas, errors };
}

describe('the worker of schemas', () => {
  it('compiles a type that reads and writes on this thread', async () => {
    const { schemas } = create();
    const path = join(await schemaFolder(), 'tick.proto');
    const type = await schemas.type(path, 'Tick');
    expect(type.name).toBe('feed.Tick');
    const written = type.write('{"symbol": "AB", "price": 1.5}');
    if ('problem' in written) throw new Error(written.problem);
    expect(Buffer.from(written).toString('hex')).toBe('0a02414211000000000000f83f');
    expect(type.read(written)).toEqual({ text: '{"symbol":"AB","price":1.5}', unknown: undefined });
  });

  it('reads the file again each time', async () => {
    const { schemas } = create();
    const path = join(await schemaFolder(), 'tick.proto');
    expect((await schemas.type(path, 'Tick')).write('{"volume": 1}')).toHaveProperty('problem');
    await writeFile(path, TICK.replace('symbol', 'volume'));
    expect((await schemas.type(path, 'Tick')).write('{"volume": "1"}')).toEqual(Uint8Array.of(0x0a, 1, 0x31));
  });

  it.each([
    ['no.proto', 'Tick', 'There is no file no.proto.'],
    ['tick.proto', 'Tock', 'The schema has no message Tock: it has feed.Tick.'],
  ])('says what is wrong: %s, %s', async (file, message, problem) => {
    const { schemas, errors } = create();
    const path = join(await schemaFolder(), file);
    await expect(schemas.type(path, message)).rejects.toMatchObject({
      code: 'file.invalid',
      message: problem,
    });
    expect(errors).toEqual([]);
  });

  it('ends a schema that takes too long, while this thread goes on and the next schema waits', async () => {
    const { schemas, errors } = create({ timeLimit: 1500 });
    const folder = await schemaFolder();
    let turns = 0;
    const turning = setInterval(() => turns++, 20);
    const began = performance.now();
    const endless = schemas.type(join(folder, 'endless.proto'), 'A').then(
      () => 'compiled',
      (error: unknown) => error,
    );
    const next = schemas.type(join(folder, 'tick.proto'), 'Tick');
    expect(await endless).toMatchObject({
      code: 'file.invalid',
      message: 'endless.proto takes longer than 1.5 s to compile: name a schema with fewer fields and types.',
    });
    expect(performance.now() - began).toBeLessThan(20_000);
    clearInterval(turning);
    // A blocked thread has no turn at all. A busy machine has fewer than 75.
    expect(turns).toBeGreaterThan(5);
    expect(await next).toMatchObject({ name: 'feed.Tick' });
    expect(errors).toEqual([]);
  });

  it('ends a schema that takes too much memory, without the process', async () => {
    const { schemas, errors } = create({ memoryLimit: 24 });
    const folder = await schemaFolder();
    await writeFile(
      join(folder, 'large.proto'),
      `syntax = "proto3"; ${Array.from({ length: 60_000 }, (_, i) => `message M${i} {}`).join('\n')}`,
    );
    await expect(schemas.type(join(folder, 'large.proto'), 'M1')).rejects.toMatchObject({
      code: 'file.invalid',
      message:
        'large.proto takes more than 24 MiB of memory to compile: name a schema with fewer fields and types.',
    });
    expect(errors).toEqual([expect.objectContaining({ code: 'internal' })]);
    expect(await schemas.type(join(folder, 'tick.proto'), 'Tick')).toMatchObject({ name: 'feed.Tick' });
  });

  it('refuses files that import each other without an end, or that nest without an end', async () => {
    const { schemas } = create();
    const folder = await schemaFolder();
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a/x.proto'), 'syntax = "proto3"; import "y.proto"; message X { Y y = 1; }');
    await writeFile(join(folder, 'a/y.proto'), 'syntax = "proto3"; import "x.proto"; message Y { X x = 1; }');
    expect((await schemas.type(join(folder, 'a/x.proto'), 'X')).write('{"y": {"x": {}}}')).toEqual(
      Uint8Array.of(0x0a, 2, 0x0a, 0),
    );
    const deep = 100_000;
    await writeFile(
      join(folder, 'deep.proto'),
      `syntax = "proto3"; ${'message A {'.repeat(deep)}${'}'.repeat(deep)}`,
    );
    await expect(schemas.type(join(folder, 'deep.proto'), 'A')).rejects.toThrow(
      /^deep\.proto: max depth exceeded\.$/,
    );
  });
});

/** A recording of one binary message, the field 1 of Protobuf with the text AB. */
async function recordingOf(folder: string, name: string, rule: string): Promise<string> {
  const recording = join(folder, name);
  const appender = Appender.create(recording, manifest({ decode: [rule] }));
  appendRows(appender, [
    {
      payload: '{"status":101,"protocol":"","extensions":"","headers":[]}',
      kind: 'open',
      direction: 'none',
    },
    { payload: Buffer.from('0a024142', 'hex'), kind: 'binary' },
  ]);
  appender.close();
  return recording;
}

describe('a schema without an end', () => {
  it('holds up no other message, index or search, and ends with the engine', async () => {
    const folder = await schemaFolder();
    const recordingsFolder = await temporaryFolder();
    const engine = new Engine({ workersFolder, recordingsFolder, onError: () => undefined });
    ending.push(() => engine.dispose());
    const rule = `protobuf A from ${join(folder, 'endless.proto')}`;
    const endless = await recordingOf(folder, 'endless', rule);
    const other = await recordingOf(folder, 'other', 'protobuf');
    const options = { protocol: 'none', pairs: undefined };
    const search = (recording: string) =>
      engine.search(recording, {
        text: { pattern: 'AB', mode: 'plain', caseSensitive: true },
        decoded: {},
      });
    const held = engine.format.open('a', endless, 1, 'pretty', [rule]).then(
      () => 'opened',
      (error: DuplexError) => error.code,
    );
    let compiled = 'not yet';
    const compiling = engine.schemas.type(join(folder, 'endless.proto'), 'A').then(
      () => (compiled = 'yes'),
      (error: DuplexError) => (compiled = error.code),
    );
    const heldIndex = engine.units(endless, { ...options, decode: [rule] });
    const heldSearch = search(endless);

    expect(await engine.format.open('b', other, 1, 'pretty', ['protobuf'])).toMatchObject({ lines: 3 });
    const index = engine.units(other, { ...options, decode: ['protobuf'] });
    await index.ready();
    expect(await index.decode([1])).toMatchObject([{ row: 1, list: { units: [{ summary: '{"1":"AB"}' }] } }]);
    const found = search(other);
    await expect.poll(() => found.state, { timeout: 30_000 }).toMatchObject({ done: true, hits: 1 });
    // All of that happened in the time of the schema.
    expect([compiled, heldIndex.state.done, heldSearch.state.done]).toEqual(['not yet', false, false]);
    await index.dispose();
    await engine.dispose();
    await compiling;
    // Not `file.invalid`, which it is after its time.
    expect(compiled).toBe('call.disposed');
    expect(['opened', 'call.disposed']).toContain(await held);
  });
});

describe('without trust, no schema is read', () => {
  const REFUSAL = 'No files in Restricted Mode.';

  async function restricted() {
    const recordingsFolder = await temporaryFolder();
    const engine = new Engine({
      workersFolder,
      recordingsFolder,
      onError: ({ message }) => expect.fail(message),
      requireTrust() {
        throw new DuplexError('call.invalid', REFUSAL);
      },
    });
    ending.push(() => engine.dispose());
    const folder = await schemaFolder();
    const rule = `protobuf feed.Tick from ${join(folder, 'tick.proto')}`;
    const recording = await recordingOf(folder, 'recording', rule);
    return { engine, folder, rule, recording };
  }

  it('by the engine itself', async () => {
    const { engine, folder } = await restricted();
    const path = join(folder, 'tick.proto');
    await expect(engine.schemas.compile(path, 'Tick')).rejects.toMatchObject({ message: REFUSAL });
    await expect(engine.schemas.type(path, 'Tick')).rejects.toMatchObject({ message: REFUSAL });
  });

  it('to format a message, which shows its fields by number', async () => {
    const { engine, recording, rule } = await restricted();
    const { remark } = await engine.format.open('a', recording, 1, 'pretty', [rule]);
    expect(remark).toContain(REFUSAL);
    expect(await engine.format.lines('a', 0, 9)).toEqual(['{', '  "1": "AB"', '}']);
  });

  it('to decode a message of a recording', async () => {
    const { engine, recording, rule } = await restricted();
    const units = engine.units(recording, { protocol: 'none', pairs: undefined, decode: [rule] });
    await units.ready();
    expect(JSON.stringify(await units.decode([1]))).toContain(REFUSAL);
    await units.dispose();
  });

  it('to search in decoded messages, which are searched as they are', async () => {
    const { engine, recording } = await restricted();
    const hits = async (pattern: string, mode: 'plain' | 'jsonpath'): Promise<number> => {
      const search = engine.search(recording, {
        text: { pattern, mode, caseSensitive: true },
        decoded: {},
      });
      await expect.poll(() => search.state.done || search.state.error, { timeout: 30_000 }).toBe(true);
      const count = search.state.hits;
      await search.dispose();
      return count;
    };
    expect([await hits('AB', 'plain'), await hits('$.symbol', 'jsonpath')]).toEqual([1, 0]);
  });

  it.each([
    ['# @encode protobuf feed.Tick from tick.proto', 'error'],
    ['# @encode protobuf feed.Tick from /etc/none.proto', 'error'],
  ])('to encode in a run: %s', async (directive, status) => {
    const { engine, folder } = await restricted();
    const url = await scriptedServer(() => undefined);
    const file = analyzeRequestFile(`WEBSOCKET ${url}\n\n${directive}\n{}\n`);
    const [request] = placed(file, folder);
    const result = await runRequest(request!, runPorts(engine));
    expect(result).toMatchObject({ status, failure: { message: REFUSAL } });
  });

  it('to decode in a run and in a server', async () => {
    const { engine, folder } = await restricted();
    const rule = '# @decode protobuf feed.Tick from tick.proto\n';
    const server = analyzeRequestFile(
      `${rule}SERVE ws://127.0.0.1:0\n\n=== on-message\n# @where payload.symbol == "AB"\ndecoded\n=== on-message\nraw\n`,
    );
    expect(server.diagnostics).toEqual([]);
    const ports = runPorts(engine);
    const serving = await serveScripts(engine, {
      servers: server.servers.map((request) => ({ uri: join(folder, 'a.ws'), file: server, request })),
      ports,
      async variables(block) {
        const found = await ports.variables(block, undefined);
        return 'scope' in found ? { ...found, fresh: () => found.scope } : found;
      },
      options: {},
      tap: () => ({ onRow: () => undefined }),
      onFault: (fault) => expect.fail(fault),
    });
    ending.push(() => serving.stop());
    const client = analyzeRequestFile(
      `${rule}WEBSOCKET ${serving.servers[0]!.url}\n\n# @binary hex\n0a024142\n=== wait-for-server\n# @expect text == "raw"\n`,
    );
    const result = await runRequest(placed(client, folder)[0]!, ports);
    expect([result.status, result.failure?.message]).toEqual(['passed', undefined]);
  });
});
