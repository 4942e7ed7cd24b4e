import { describe, expect, it } from 'vitest';
import { bruBlocks } from '../../../src/core/convert/bruno/bruBlocks.ts';
import { imported, importedFrom, sourceOf } from './importing.ts';

describe('a Bruno folder', () => {
  it('keeps headers and authentication of its folders, and turns messages into steps, in .bru files', async () => {
    const { id, files, left, secrets } = await imported('bruno');
    expect(id).toBe('bruno');
    expect(files['Live.ws']).toBe(`# One request is not carried over: it is not a WebSocket request.
@room = lobby

### Rooms / Chat
WEBSOCKET wss://chat.example.test
X-Client: bruno
Authorization: Basic {{$secret authorization}}

### Ticks
# Scripts of Bruno are not carried over.
WEBSOCKET {{host}}/ticks?channel=BTC
X-Client: bruno
X-Trace: 1
Authorization: Bearer {{token}}

# @label subscribe
{
  "op": "subscribe",
  "room": "{{room}}"
}
===
# @label hello
42["hello",{"n":1}]
`);
    expect(JSON.parse(files['http-client.env.json']!)).toEqual({
      Dev: {
        host: 'wss://dev.example.test',
        key: '{{$env DEV_KEY}}',
        token: '{{$secret dev_token}}',
        other: '{{$secret dev_other}}',
      },
    });
    expect(left).toContain('Scripts of Bruno are not carried over.');
    expect(secrets.get('authorization')).toBe('me canary-password');
  });

  it('keeps messages, typed values and secrets in OpenCollection files', async () => {
    const { id, files } = await imported('opencollection');
    expect(id).toBe('bruno');
    expect(files['Live.ws']).toBe(`### Ticks
# Scripts of Bruno are not carried over.
WEBSOCKET {{host}}/ticks
X-Trace: 1
X-Api-Key: {{$secret x_api_key}}

# @label subscribe
{
  "op": "subscribe"
}
===
# @label bye
bye

### One
WEBSOCKET wss://one.example.test
Authorization: Digest me {{password}}

{"a":1}
`);
    expect(JSON.parse(files['http-client.env.json']!)).toEqual({
      Dev: { host: 'wss://dev.example.test', limit: '10', password: '{{$secret dev_password}}' },
      $shared: { host: 'wss://live.example.test' },
    });
  });

  it('is refused as a whole if one of its files is broken', async () => {
    const source = await sourceOf({ 'a.bru': 'ws {\n  url: ws://h\n}\n', 'b.bru': 'ws {\n  url: ws://h\n' });
    expect(importedFrom(source)).toEqual({
      problem: 'b.bru: It is cut off, or not a file of Bruno: export it again.',
    });
  });
});

describe('the blocks of a .bru file', () => {
  it('end at a bracket that starts a line, but not within a text', () => {
    expect(
      bruBlocks(
        "body:ws {\n  content: '''\n    {\n      \"a\": {\n    }\n    }\n}\n  '''\n  name: x: y\n}\n",
      ),
    ).toEqual([
      {
        name: 'body:ws',
        items: [],
        pairs: [
          { name: 'content', value: '    {\n      "a": {\n    }\n    }\n}', disabled: false },
          { name: 'name', value: 'x: y', disabled: false },
        ],
      },
    ]);
  });

  it.each([
    ['a text of no blocks', 'hello'],
    ['a block that does not end', 'ws {\n  url: x'],
    ['a text that does not end', "body:ws {\n  content: '''\n}\n"],
  ])('are not found in %s', (_, text) => expect(bruBlocks(text)).toBeUndefined());

  it('may be empty, and may have Windows line ends, quoted keys and lists', () => {
    expect(
      bruBlocks('headers {\r\n  "a:b": 1\r\n  ~c: 2\r\n}\r\nvars:secret [\r\n  x, y\r\n]\r\ntests {}\r\n'),
    ).toEqual([
      {
        name: 'headers',
        items: [],
        pairs: [
          { name: 'a:b', value: '1', disabled: false },
          { name: 'c', value: '2', disabled: true },
        ],
      },
      { name: 'vars:secret', items: ['x', 'y'], pairs: [] },
      { name: 'tests', items: [], pairs: [] },
    ]);
  });
});

describe('a hostile Bruno file', () => {
  const request = (dictionary: string): string =>
    `meta {\n  name: a\n  type: ws\n}\n\nws {\n  url: ws://h.test\n}\n\nheaders {\n${dictionary}\n}\n`;

  it.each([
    ['blanks within a value', `  a: b${' '.repeat(1_000_000)}c`],
    ['blanks before a value', `  a:${' '.repeat(1_000_000)}c`],
    ['a line without a colon', `  ${'a '.repeat(500_000)}`],
    ['a quoted name that does not end', `  "${'\\\\'.repeat(500_000)}: b`],
    ['very many texts', `  a: '''\n  x\n  '''\n`.repeat(50_000)],
    ['a text that does not end', `  a: '''\n${'  x\n'.repeat(100_000)}`],
  ])('is read in a moment: %s', { timeout: 60_000 }, async (_, dictionary) => {
    const source = await sourceOf({ 'a.bru': request(dictionary) }, false);
    const began = performance.now();
    importedFrom(source);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
