import { expect, it } from 'vitest';
import { imported, sourceOf } from './importing.ts';

it('an export of Yaak has environments, and requests with the values of their folders and workspace', async () => {
  const { id, files, secrets } = await imported('yaak.json');
  expect(id).toBe('yaak');
  expect(files['Live.ws']).toBe(`# One request is not carried over: it is not a WebSocket request.
@host = wss://live.example.test

### Rooms / Chat
# The function uuid.v4 of Yaak is not carried over: replace it in the request.
# @insecure
WEBSOCKET {{host}}/rooms/lobby?since=1%202
User-Agent: yaak
X-Trace: \${[ uuid.v4() ]}
Authorization: Token {{token}}

{
  "op": "join",
  "host": "{{host}}"
}
`);
  expect(JSON.parse(files['http-client.env.json']!)).toEqual({ Dev: { token: '{{$secret dev_token}}' } });
  expect([...secrets]).toEqual([['dev_token', 'canary-token']]);
});

it('a folder that is in itself ends nowhere', async () => {
  const data = {
    yaakSchema: 3,
    resources: {
      workspaces: [{ id: 'w', name: 'W' }],
      folders: [{ id: 'f', folderId: 'f', workspaceId: 'w', name: 'F' }],
      websocketRequests: [{ folderId: 'f', workspaceId: 'w', name: 'A', url: 'ws://h.test' }],
    },
  };
  const { requests } = await imported(await sourceOf({ 'a.json': JSON.stringify(data) }, false));
  expect(requests.map(({ name, options, steps }) => [name, options.url, steps])).toEqual([
    ['F / A', 'ws://h.test', []],
  ]);
});
