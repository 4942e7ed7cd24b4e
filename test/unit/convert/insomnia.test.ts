import { expect, it } from 'vitest';
import { imported, sourceOf } from './importing.ts';

it('an export of Insomnia 5 has requests of its folders, parameters, authentication and environments', async () => {
  const { id, files, secrets } = await imported('insomnia-v5.yaml');
  expect(id).toBe('insomnia');
  expect(files['Live.ws']).toBe(`# One request is not carried over: it is not a WebSocket request.
# Insomnia exports no payloads in version 5: export as version 4 (JSON) to import them too.
@host = wss://live.example.test
@auth.token = {{$secret auth_token}}

### Ticks
# @follow-redirects 0
WEBSOCKET {{host}}/ticks/lobby?channel=B%20T%20C
User-Agent: insomnia/12.1.0
Authorization: Bearer {{auth.token}}

### Rooms / Chat
# The template tag now of Insomnia is not carried over: replace it in the request.
WEBSOCKET wss://chat.example.test
X-Time: {% now 'iso-8601', '' %}
Authorization: Basic {{$secret authorization}}
`);
  expect(JSON.parse(files['http-client.env.json']!)).toEqual({ Dev: { limit: '10' } });
  expect([...secrets.keys()]).toEqual(['auth_token', 'authorization']);
});

it('an export of Insomnia 4 has payloads, and names with blanks', async () => {
  const { files, left } = await imported('insomnia-v4.json');
  expect(files['Live.ws']).toBe(`# One request is not carried over: it is not a WebSocket request.
@a_b = 1

### Feeds / Ticks
WEBSOCKET wss://live.example.test/ticks
X-A: {{a_b}}

# @label subscribe
{"op":"subscribe"}
`);
  expect(JSON.parse(files['http-client.env.json']!)).toEqual({ Dev: { apiKey: '{{$secret dev_apikey}}' } });
  expect(left).toEqual(['One request is not carried over: it is not a WebSocket request.']);
});

it('from 5.2 on the type of an item counts, and a folder that is in itself ends nowhere', async () => {
  const v52 = `type: collection.insomnia.rest/5.0
schema_version: "5.2"
collection:
  - {type: SocketIORequest, name: Chat, url: https://h.test, settings: {path: /io}, eventListeners: [{id: a, eventName: x}]}
  - {type: Request, name: Get, url: https://h.test, meta: {id: ws-req_odd}}
`;
  const { requests } = await imported(await sourceOf({ 'a.yaml': v52 }, false));
  expect(requests.map(({ options }) => options)).toEqual([
    { url: 'wss://h.test/io/?EIO=4&transport=websocket', protocol: 'socket.io' },
  ]);

  const loop = {
    _type: 'export',
    resources: [
      { _id: 'fld_1', _type: 'request_group', name: 'F', parentId: 'fld_1' },
      { _id: 'ws-req_1', _type: 'websocket_request', name: 'A', url: 'ws://h.test', parentId: 'fld_1' },
    ],
  };
  const looped = await imported(await sourceOf({ 'a.json': JSON.stringify(loop) }, false));
  expect(looped.requests.map(({ name }) => name)).toEqual(['F / A']);
});

it('names each folder whose own variables are left out', async () => {
  const sentences = [
    'The folder Feeds has a variable of its own, not carried over: add it to the file.',
    'The folder Feeds / Rooms has 2 variables of its own, not carried over: add them to the file.',
  ];
  const v5 = `type: collection.insomnia.rest/5.0
schema_version: "5.2"
collection:
  - name: Feeds
    environment: {room: canary}
    children:
      - name: Rooms
        environment: {a: 1, b: {c: 2}}
        children: [{type: WebSocketRequest, name: A, url: ws://h.test}]
      - {name: Empty, environment: {}, children: []}
      - {name: Odd, environment: text, children: []}
`;
  const five = await imported(await sourceOf({ 'a.yaml': v5 }, false));
  expect(five.left.slice(0, 2)).toEqual(sentences);
  expect(five.left.filter((each) => each.startsWith('The folder'))).toEqual(sentences);
  expect(JSON.stringify(five.files)).not.toContain('canary');

  const v4 = {
    _type: 'export',
    resources: [
      { _id: 'fld_1', _type: 'request_group', name: 'Feeds', parentId: 'wrk_1', environment: { room: 'x' } },
      { _id: 'fld_2', _type: 'request_group', name: 'Rooms', parentId: 'fld_1', environment: { a: 1, b: 2 } },
      { _id: 'fld_3', _type: 'request_group', name: 'Empty', parentId: 'fld_3', environment: {} },
      { _id: 'ws-req_1', _type: 'websocket_request', name: 'A', url: 'ws://h.test', parentId: 'fld_2' },
    ],
  };
  const four = await imported(await sourceOf({ 'a.json': JSON.stringify(v4) }, false));
  expect(four.left).toEqual(sentences);
  expect(four.requests.map(({ name }) => name)).toEqual(['Feeds / Rooms / A']);
});
