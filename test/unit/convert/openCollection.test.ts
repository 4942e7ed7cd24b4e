import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exportOpenCollection } from '../../../src/core/convert/bruno/exportOpenCollection.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { imported, sourceOf } from './importing.ts';

async function exported(text: string, name = 'chat') {
  const { files, left } = await exportOpenCollection(analyzeRequestFile(text), name);
  return { files: Object.fromEntries(files.map((file) => [file.path, file.text])), left };
}

const CHAT = `# @header X-Client: duplex
# @header Authorization: Bearer {{$secret apiToken}}

@host = localhost:8080
@room = lobby

### Join the room
# @subprotocol v1.json, v2.json
WEBSOCKET ws://{{host}}/chat?room={{room}}
Origin: https://example.test

# @label Subscribe
{
  "op": "join",

  "room": "{{room}}"
}
===
plain text, 'quotes' and "more": {{$uuid}}
# a comment
\\# not a comment
===
# @escape
a\\tb\\n

### No messages
WEBSOCKET wss://{{host}}/quiet
`.replaceAll('\\\\', '\\');

describe('OpenCollection', () => {
  it('has a file for each request, as Bruno writes it', async () => {
    const { files, left } = await exported(CHAT);
    expect(Object.keys(files)).toEqual([
      'opencollection.yml',
      'Join-the-room.yml',
      'No-messages.yml',
      'environments/Secrets.yml',
    ]);
    expect(parse(files['opencollection.yml']!)).toEqual({
      opencollection: '1.0.0',
      info: { name: 'chat' },
      request: {
        headers: [
          { name: 'X-Client', value: 'duplex' },
          { name: 'Authorization', value: 'Bearer {{apiToken}}' },
        ],
        variables: [
          { name: 'host', value: 'localhost:8080' },
          { name: 'room', value: 'lobby' },
        ],
      },
      bundled: false,
    });
    expect(parse(files['Join-the-room.yml']!)).toEqual({
      info: { name: 'Join the room', type: 'websocket', seq: 1 },
      websocket: {
        url: 'ws://{{host}}/chat?room={{room}}',
        headers: [
          { name: 'Origin', value: 'https://example.test' },
          { name: 'Sec-WebSocket-Protocol', value: 'v1.json, v2.json' },
        ],
        message: [
          {
            title: 'Subscribe',
            selected: true,
            message: { type: 'json', data: '{\n  "op": "join",\n\n  "room": "{{room}}"\n}' },
          },
          {
            title: 'message 2',
            message: { type: 'text', data: 'plain text, \'quotes\' and "more": {{$uuid}}\n# not a comment' },
          },
          { title: 'message 3', message: { type: 'text', data: 'a\tb\n' } },
        ],
      },
    });
    expect(parse(files['environments/Secrets.yml']!)).toEqual({
      name: 'Secrets',
      variables: [{ name: 'apiToken', secret: true }],
    });
    expect(left).toEqual([]);
  });

  it('keeps the common parts on the way back: URLs, headers, subprotocols, messages, variables, secrets', async () => {
    const { files } = await exported(CHAT);
    const { files: again, requests, left } = await imported(await sourceOf(files));
    expect(left).toEqual([]);
    expect(requests.map(({ name }) => name)).toEqual(['Join the room', 'No messages']);
    const text = again['chat.ws']!;
    expect(text).toContain('@host = ws://localhost:8080'.replace('ws://', ''));
    expect(text).toContain('@room = lobby');
    expect(text).toContain('# @subprotocol v1.json, v2.json');
    expect(text).toContain('WEBSOCKET ws://{{host}}/chat?room={{room}}');
    expect(text).toContain('Origin: https://example.test');
    expect(text).toContain('Authorization: Bearer {{apiToken}}');
    expect(text).toContain('# @label Subscribe\n{\n  "op": "join",\n\n  "room": "{{room}}"\n}');
    expect(again['http-client.env.json']).toContain('{{$secret secrets_apitoken}}');
    const messages = (source: string): unknown[] =>
      analyzeRequestFile(source).requests.map(({ steps }) =>
        steps.map(
          ({ payload }) =>
            payload?.kind === 'text' &&
            payload.text.parts.map((part) => (typeof part === 'string' ? part : part.name.text)),
        ),
      );
    const [[first, second]] = messages(text) as [unknown[]];
    const [[wasFirst, wasSecond]] = messages(CHAT) as [unknown[]];
    expect([first, second]).toEqual([wasFirst, wasSecond]);
    const { websocket } = parse((await exported(text)).files['Join-the-room.yml']!) as {
      websocket: { message: { message: { data: string } }[] };
    };
    expect(websocket.message[2]!.message.data).toBe('a\tb\n');
  });

  it('lists the parts that a collection cannot carry at the head of each file, and for the caller', async () => {
    const { files, left } = await exported(
      `### Watch
# @timeout 2s
WEBSOCKET ws://127.0.0.1:1

# @binary hex
00ff
=== wait-for-server
# @where $.a == 1
# @expect $.b == 2
next
===
< ./file.bin
===
# @ping hello
===
\\{{literal}}
`.replaceAll('\\\\', '\\'),
    );
    expect(left).toEqual([
      'Watch: @timeout is not carried over.',
      'Watch: @binary of step 1 is left out.',
      'Watch: The payload of step 1 is left out: a collection holds text that is sent as it is.',
      'Watch: The wait of step 2 is left out: a collection only sends.',
      'Watch: @where, @expect of step 2 are left out.',
      'Watch: The payload of step 3 is left out: a collection holds text that is sent as it is.',
      'Watch: @ping of step 4 is left out.',
      'Watch: The payload of step 5 holds {{ as text, which is a variable in a collection.',
    ]);
    for (const sentence of left) expect(files['Watch.yml']).toContain(`# ${sentence}\n`);
    const { websocket } = parse(files['Watch.yml']!) as {
      websocket: { message: { message: { data: string } }[] };
    };
    expect(websocket.message.map(({ message }) => message.data)).toEqual(['next', '{{literal}}']);
  });

  it('has no secret of the file at any place', async () => {
    const { files } = await exported(`@password = hunter2-hunter2
WEBSOCKET ws://me:correct-horse@127.0.0.1:1/?token=abcdef123456
Authorization: Bearer eyJhbGciOi.payload.signature
X-Api-Key: key-of-mine

{"again": "eyJhbGciOi.payload.signature", "login": {"passcode": "canary-1"}, "note": "canary-1"}
`);
    const all = Object.values(files).join('\n');
    for (const secret of [
      'hunter2',
      'correct-horse',
      'abcdef123456',
      'eyJhbGciOi.payload',
      'key-of-mine',
      'canary-1',
    ])
      expect(all).not.toContain(secret);
    expect(all).toContain('Bearer {{authorization}}');
    expect(all).toContain(
      '{"again": "{{authorization}}", "login": {"passcode": "{{passcode}}"}, "note": "{{passcode}}"}',
    );
    // The file has a variable password already.
    expect(all).toContain('ws://me:{{password_2}}@127.0.0.1');
    expect(all).toContain('value: "{{password_3}}"');
    const { variables } = parse(files['environments/Secrets.yml']!) as { variables: { name: string }[] };
    expect(variables.map(({ name }) => name).sort()).toEqual([
      'authorization',
      'passcode',
      'password_2',
      'password_3',
      'token',
      'x_api_key',
    ]);
  });

  it('has names that are files on every system, each once', async () => {
    const { files } = await exported(
      ['../../etc/passwd', 'CON', 'a/b', 'a b', '']
        .map((name) => `### ${name}\nWEBSOCKET ws://127.0.0.1:1/\n`)
        .join('\n'),
    );
    expect(Object.keys(files)).toEqual([
      'opencollection.yml',
      'etc-passwd.yml',
      '_CON.yml',
      'a-b.yml',
      'a-b-2.yml',
      'ws-127.0.0.1-1.yml',
    ]);
  });

  it('never writes one file twice: not over the collection, nor on a file system that ignores case', async () => {
    const { files } = await exported(
      ['OpenCollection', 'opencollection', 'Chat', 'chat', 'CHAT']
        .map((name) => `### ${name}\nWEBSOCKET ws://127.0.0.1:1/\n`)
        .join('\n'),
    );
    expect(Object.keys(files)).toEqual([
      'opencollection.yml',
      'OpenCollection-2.yml',
      'opencollection-3.yml',
      'Chat.yml',
      'chat-2.yml',
      'CHAT-3.yml',
    ]);
  });

  it('cuts a long name between characters, and not before a dot', async () => {
    const astral = '𠮷'.repeat(70);
    const dotted = `a.${'b'.repeat(59)}`;
    const { files } = await exported(
      [astral, dotted].map((name) => `### ${name}\nWEBSOCKET ws://127.0.0.1:1/\n`).join('\n'),
    );
    expect(Object.keys(files).slice(1)).toEqual([`${'𠮷'.repeat(60)}.yml`, `${'b'.repeat(59)}.yml`]);
  });

  it('reports that servers and proxies are left out', async () => {
    const { left } = await exported(`### Client
WEBSOCKET ws://127.0.0.1:1/

### Server
SERVE ws://127.0.0.1:0

### Proxy
PROXY ws://127.0.0.1:0 -> ws://127.0.0.1:1
`);
    expect(left).toEqual([
      'SERVE blocks are left out: they are servers.',
      'PROXY blocks are left out: they are proxies.',
    ]);
  });
});
