import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_CODEC_BYTES } from '../../../src/core/codec/codecProblem.ts';
import { compileSchemaFile } from '../../../src/recording/read/schemaFiles.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { runText } from '../../support/runs.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { testEngine } from '../../support/engine.ts';

const FEED = `syntax = "proto3";
package feed;
import "common/side.proto";
message Tick { string symbol = 1; double price = 2; int64 sequence = 3; common.Side side = 4; }
`;
const SIDE = 'syntax = "proto3"; package common; enum Side { NONE = 0; BUY = 1; }';

async function schemaFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'common'));
  await writeFile(join(folder, 'feed.proto'), FEED);
  await writeFile(join(folder, 'common/side.proto'), SIDE);
  return folder;
}

/** @returns the messages that a server got, as hexadecimal digits */
async function sentBy(source: string, folder: string) {
  const { engine } = await testEngine();
  const sent: string[] = [];
  let connections = 0;
  const url = await scriptedServer((socket) => {
    connections++;
    socket.on('message', (data, isBinary) =>
      sent.push(`${isBinary ? 'binary' : 'text'} ${(data as Buffer).toString('hex')}`),
    );
  });
  const [result] = await runText(engine, source.replace('URL', url), { folder });
  return { result, sent, connections };
}

describe('@encode protobuf', () => {
  test('encodes a payload, a file and each repetition by the schema beside the request file', async () => {
    const folder = await schemaFolder();
    await writeFile(join(folder, 'tick.json'), '{"symbol": "{{symbol}}"}');
    const { result, sent } = await sentBy(
      `@symbol = AB
@schema = ./feed.proto
WEBSOCKET URL

# @encode protobuf feed.Tick from {{schema}}
{"symbol": "{{symbol}}", "price": 1.5, "sequence": 9007199254740993, "side": "BUY"}
===
# @encode protobuf Tick from ./feed.proto
# @repeat 2
<@ ./tick.json
`,
      folder,
    );
    expect(result).toMatchObject({ status: 'passed' });
    expect(sent).toEqual([
      'binary 0a02414211000000000000f83f1881808080808080102001',
      'binary 0a024142',
      'binary 0a024142',
    ]);
  });

  test('reports a value that does not fit the schema, at the payload', async () => {
    const { result, sent } = await sentBy(
      'WEBSOCKET URL\n\n# @encode protobuf Tick from feed.proto\n{"symbol": 1}\n',
      await schemaFolder(),
    );
    expect(result).toMatchObject({ status: 'error', failure: { code: 'payload.encoding' } });
    expect(result?.failure?.message).toMatch(/^The payload does not fit feed\.Tick: .*symbol/);
    expect(result?.failure?.range.start.line).toBe(3);
    expect(sent).toEqual([]);
  });

  test.each([
    ['Tick from missing.proto', /^There is no file missing\.proto\.$/],
    ['Tock from feed.proto', /^The schema has no message Tock: it has feed\.Tick\.$/],
    ['Bad from bad.proto', /^bad\.proto, line 2: illegal token/],
  ])('reports a missing %s before it connects', async (named, said) => {
    const folder = await schemaFolder();
    await writeFile(join(folder, 'bad.proto'), 'message Bad {\n  string a 1;\n}');
    const { result, connections } = await sentBy(
      `WEBSOCKET URL\n\nhello\n===\n# @encode protobuf ${named}\n{}\n`,
      folder,
    );
    expect(result).toMatchObject({ status: 'error', failure: { cause: 'invalid', code: 'file.invalid' } });
    expect(result?.failure?.message).toMatch(said);
    expect(result?.failure?.range.start.line).toBe(4);
    expect(connections).toBe(0);
  });
});

describe('the files of a schema', () => {
  test('stay in their folder, whatever imports and links say', async () => {
    const folder = await schemaFolder();
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'secret.proto'), SIDE);
    await symlink(join(outside, 'secret.proto'), join(folder, 'linked.proto'));
    await writeFile(join(folder, 'a.proto'), 'import "linked.proto"; message A {}');
    await expect(compileSchemaFile(join(folder, 'a.proto'), 'A')).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/^\/\S*linked\.proto is a link that leads out of \S+[^.]\.$/),
    });
    // A schema that the user names may be a link.
    await symlink(join(folder, 'feed.proto'), join(folder, 'named.proto'));
    expect(await compileSchemaFile(join(folder, 'named.proto'), 'Tick')).toMatchObject({ name: 'feed.Tick' });
  });

  test('are limited in size', async () => {
    const folder = await schemaFolder();
    await expect(compileSchemaFile(folder, 'A')).rejects.toMatchObject({ code: 'disk.denied' });
    await writeFile(join(folder, 'large.desc'), new Uint8Array(MAX_CODEC_BYTES + 1));
    await expect(compileSchemaFile(join(folder, 'large.desc'), 'A')).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/the limit of a schema is 16777216\.$/),
    });
  });
});

describe('@decode', () => {
  test('gives payload its meaning, alone and in the units of a protocol', async () => {
    const { engine } = await testEngine();
    const url = await scriptedServer((socket) => socket.on('message', (data) => socket.send(data)));
    const folder = await schemaFolder();
    const results = await runText(
      engine,
      `### by a schema
# @decode protobuf feed.Tick from ./feed.proto in
# @decode base64 prefix 61
WEBSOCKET ${url}

# @encode protobuf feed.Tick from ./feed.proto
{"symbol": "AB", "price": 1.5}
=== wait-for-server
# @where payload.symbol == "AB"
# @expect payload.price == 1.5
# @expect payload.side == "NONE"
# @expect $.symbol not exists
# @capture price = payload.price
===
# @encode protobuf feed.Tick from ./feed.proto
{"price": {{price}}}
=== wait-for-server
# @expect payload.price == 1.5

### that does not fit
# @decode protobuf feed.Tick from ./feed.proto
WEBSOCKET ${url}

# @binary hex
08ff
=== wait-for-server
# @expect payload["$base64"] == "CP8="
# @expect payload.symbol not exists
`,
      { folder },
    );
    expect(results.map(({ failure, status }) => [status, failure?.message])).toEqual([
      ['passed', undefined],
      ['passed', undefined],
    ]);
  });

  test('is checked before anything connects', async () => {
    const { engine } = await testEngine();
    const url = await scriptedServer((socket) => socket.on('message', (data) => socket.send(data)));
    const [result] = await runText(engine, `# @decode xml\nWEBSOCKET ${url}\n`);
    expect(result).toMatchObject({ status: 'error', failure: { code: 'directive.argument' } });
    expect(result?.failure?.message).toContain('“xml” is not a decoding rule');
  });
});
