import { describe, expect, it } from 'vitest';
import { imported, importedFrom, sourceOf } from './importing.ts';

describe('a folder of Postman (v3)', () => {
  it('becomes one file of its collection, in the order and with the names of Postman', async () => {
    const { files, id, left } = await imported('postman');
    expect(id).toBe('postman-v3');
    expect(Object.keys(files)).toEqual(['Live-API.ws', 'http-client.env.json']);
    expect(files['Live-API.ws']).toBe(`# One request is not carried over: it is not a WebSocket request.

### Rooms / Chat
# Postman listens to the events chat:message: here all of them are shown.
# @protocol socket.io
WEBSOCKET wss://chat.example.test/chat/socket/?EIO=4&transport=websocket&room=7
X-Room: 7

# @label Say
# @emit chat:message
# @ack
[{"text":"hi"}, "plain"]

### Ticks: all
# @timeout 2500ms
# @max-payload 10MiB
# @insecure
# @reconnect 3
# @reconnect-delay 500ms
WEBSOCKET {{base_url}}/ticks?channel=BTC&from=a%26b%20{{start}}
X-Trace: {{trace_id}}
Authorization: Bearer {{token}}

# @label Subscribe
{
  "op": "subscribe",
  "id": "{{$guid}}"
}
===
# @label Some bytes
# @binary base64
AP8Q
`);
    expect(left).toContain('There is no dynamic variable $randomFirstName here: replace it in the request.');
    expect(left).toContain('One request is not carried over: it is not a WebSocket request.');
  });

  it('brings its environments along, secrets as references', async () => {
    const { files, secrets } = await imported('postman');
    expect(JSON.parse(files['http-client.env.json']!)).toEqual({
      Staging: { base_url: 'wss://staging.example.test', token: '{{$secret staging_token}}' },
      $shared: { trace_id: '{{$randomFirstName}}', base_url: 'wss://live.example.test' },
    });
    expect([...secrets]).toEqual([['staging_token', 'canary-staging-token']]);
    expect(Object.values(files).join('')).not.toContain('canary');
  });

  it('is read without a definition, with messages in their usual place, inside of the folder only', async () => {
    const request = '$kind: websocket-request\nurl: wss://h.test/a\n';
    const message = (text: string) => `$kind: websocket-message\ncontent: ${text}\ncontentType: text\n`;
    const { requests } = await imported(
      await sourceOf({
        'A.request.yaml': request,
        '.resources/A.resources/messages/One.message.yaml': message('one'),
        'sub/B.request.yaml': `${request}messages: ../../../etc\n`,
        'sub/C.request.yaml': `${request}messages: ../shared\n`,
        'shared/Two.message.yaml': message('two'),
      }),
    );
    const texts = requests.map(({ name, steps }) => [
      name,
      ...steps.map(({ message: sent }) => new TextDecoder().decode(sent?.data)),
    ]);
    expect(texts).toEqual([['A', 'one'], ['sub / B'], ['sub / C', 'two']]);
  });

  it('is refused as a whole if one of its files is broken', async () => {
    const source = await sourceOf({
      'A.request.yaml': '$kind: websocket-request\nurl: ws://h\n',
      'B.request.yaml': '$kind: websocket-request\nurl: "ws://h\n',
    });
    expect(importedFrom(source)).toEqual({
      problem:
        'B.request.yaml: It is not valid YAML from line 3 on: export it again, and import the whole file.',
    });
  });
});

describe('a collection of Postman (v2.1)', () => {
  it('gives the requests with a WebSocket URL, authentication of their folders too', async () => {
    const { files, requests, left, secrets, id } = await imported('shop.postman_collection.json');
    expect(id).toBe('postman');
    expect(requests.map(({ name, options }) => [name, options])).toEqual([
      [
        'Feeds / Orders',
        {
          url: 'wss://shop.example.test/acme/orders?since=1&api_key=canary-api-key',
          headers: [['Origin', 'https://shop.example.test']],
          subprotocols: ['v2', 'v1'],
        },
      ],
      [
        'Feeds / Stock',
        { url: '{{ws_url}}/stock', headers: [['Authorization', 'Basic me canary-basic-password']] },
      ],
    ]);
    expect(left).toEqual([
      'One request is not carried over: it is not a WebSocket request.',
      'Scripts of Postman are not carried over.',
    ]);
    const text = files['Shop-live.ws']!;
    expect(text).toContain('@ws_url = wss://shop.example.test\n@apiToken = {{$secret apitoken}}\n');
    expect(text).toContain('api_key={{$secret api_key}}\n');
    expect(text).not.toContain('canary');
    expect(Object.fromEntries(secrets)).toEqual({
      apitoken: 'canary-collection-token',
      api_key: 'canary-api-key',
      authorization: 'me canary-basic-password',
    });
  });

  it('explains how to export WebSocket requests if there are none', async () => {
    const collection = {
      info: { name: 'x', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
      item: [],
    };
    const { left } = await imported(await sourceOf({ 'x.json': JSON.stringify(collection) }, false));
    expect(left).toEqual([
      'Postman exports WebSocket requests only as a folder of YAML files (v3): export it as such.',
    ]);
  });

  it('has environments in separate files, for any names of variables', async () => {
    const { files, secrets } = await imported('local.postman_environment.json');
    expect(files).toEqual({
      'http-client.env.json': `{
  "Local": {
    "ws_url": "ws://localhost:8080",
    "login": "{{$secret local_login}}",
    "__proto__": "x"
  }
}
`,
    });
    expect([...secrets.keys()]).toEqual(['local_login']);
  });
});
