import { describe, expect, it } from 'vitest';
import { imported, importedFrom, sourceOf } from './importing.ts';

const described = async (document: object) =>
  imported(await sourceOf({ 'api.json': JSON.stringify(document) }, false));

const SERVER = { servers: { a: { host: 'h.test', protocol: 'ws' } } };
const V3 = { asyncapi: '3.0.0', info: { title: 'Api' }, ...SERVER };

/** A description of one channel, whose server receives this message. */
function receiving(message: object, more: object = {}): object {
  return {
    ...V3,
    channels: { one: { address: '/one', messages: { sent: message } } },
    operations: { receive: { action: 'receive', channel: { $ref: '#/channels/one' } } },
    ...more,
  };
}

describe('AsyncAPI 3', () => {
  it('has a request for each channel, a step for each example, and waits for replies by their schema', async () => {
    const { files, id, reason, left, secrets } = await imported('asyncapi-3.yaml');
    expect([id, reason]).toEqual(['asyncapi', 'it has asyncapi']);
    expect(Object.keys(files)).toEqual([
      'Market-Feed.ws',
      'http-client.env.json',
      'Market-Feed-subscriptionStatus.schema.json',
      'Market-Feed-heartbeat.schema.json',
    ]);
    const text = files['Market-Feed.ws']!;
    expect(text).toContain('@symbol = btcusd\n');
    expect(text).toContain(
      [
        'WEBSOCKET {{server}}/feed/{{symbol}}?format=json',
        'X-Client: duplex',
        'X-Api-Key: {{$secret apiKey}}',
        '',
        '# @label Subscribe to a ticker',
        '{\n  "event": "subscribe",\n  "reqid": 42,\n  "subscription": {\n    "name": "ticker"\n  }\n}',
        '=== wait-for-server',
        '# @where $ schema ./Market-Feed-subscriptionStatus.schema.json',
        '# @label subscriptionStatus',
        '===',
        '# @label subscribe',
      ].join('\n'),
    );
    // The channel of the replies has no request of its own.
    expect(text.match(/^### /gm)).toHaveLength(3);
    expect(text).toContain('# @where $ schema ./Market-Feed-heartbeat.schema.json');
    expect(text).toContain('# Optional members of the handshake are left out: heartbeat.');
    expect(JSON.parse(files['http-client.env.json']!)).toEqual({
      production: { server: 'wss://feed.example.test:{{port}}/v1', port: '8443' },
      sandbox: { server: 'wss://sandbox.example.test' },
      $shared: { server: 'wss://feed.example.test:{{port}}/v1', port: '8443' },
    });
    expect([...secrets]).toEqual([]);
    expect(left).toContain('Set the secret apiKey: it authenticates the connection.');
    expect(left).toContain('The message ping has no example: it is made from its schema.');
  });

  it('makes a message without an example from its schema', async () => {
    const { files } = await imported('asyncapi-3.yaml');
    expect(files['Market-Feed.ws']).toContain(
      '# @label ping\n{\n  "event": "ping",\n  "reqid": 1,\n  "at": 5,\n  "tags": [],\n  "on": false\n}',
    );
  });

  it('writes schemas that need no other file, circles included', async () => {
    const { files } = await imported('asyncapi-3.yaml');
    const schema = JSON.parse(files['Market-Feed-subscriptionStatus.schema.json']!) as {
      $schema: string;
      definitions: Record<string, object>;
    };
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(Object.keys(schema.definitions).sort()).toEqual([
      'schema1-status',
      'schema2-failed',
      'schema3-common',
      'schema4-subscribed',
    ]);
    expect(JSON.stringify(schema)).not.toContain('components');
    expect(JSON.stringify(schema.definitions['schema3-common'])).toContain('"#/definitions/schema3-common"');
  });

  it.each([
    [{ type: 'http', scheme: 'bearer' }, 'Authorization: Bearer {{$secret auth}}'],
    [{ type: 'http', scheme: 'basic' }, 'Authorization: Basic {{$secret auth}}'],
    [{ type: 'userPassword' }, 'Authorization: Basic {{$secret auth}}'],
    [{ type: 'oauth2', flows: {} }, 'Authorization: Bearer {{$secret auth}}'],
    [{ type: 'httpApiKey', in: 'cookie', name: 'sid' }, 'Cookie: sid={{$secret auth}}'],
    [{ type: 'httpApiKey', in: 'query', name: 'key' }, '/one?key={{$secret auth}}'],
    [{ type: 'X509' }, '# The authentication auth is not carried over: send it yourself.'],
  ])('makes a secret of the security scheme %j', async (scheme, written) => {
    const server = {
      host: 'h.test',
      protocol: 'wss',
      security: [{ $ref: '#/components/securitySchemes/auth' }],
    };
    const { files } = await described(
      receiving(
        { payload: { type: 'object' } },
        { servers: { a: server }, components: { securitySchemes: { auth: scheme } } },
      ),
    );
    expect(files['Api.ws']).toContain(written);
  });

  it('accepts a channel with a binding of WebSocket, for any protocol of its server', async () => {
    const { requests } = await described({
      ...V3,
      servers: { a: { host: 'h.test', protocol: 'https' } },
      channels: { one: { address: 'one', bindings: { ws: {} } } },
    });
    expect(requests.map(({ options }) => options.url)).toEqual(['{{server}}/one']);
  });

  it('has no server, and says so', async () => {
    const { files } = await described({ ...V3, servers: undefined, channels: { one: { address: '/' } } });
    expect(files['Api.ws']).toContain(
      '# It names no server: set the variable server.\n@server = ws://localhost',
    );
  });

  it('reads schemas that are wrapped with their format, and leaves out those of other languages', async () => {
    const message = (schemaFormat: string) => ({
      payload: { schemaFormat, schema: { type: 'object', required: ['a'], properties: { a: { const: 1 } } } },
    });
    const json = await described(receiving(message('application/vnd.aai.asyncapi+json;version=3.0.0')));
    expect(json.files['Api.ws']).toContain('"a": 1');
    const avro = await described(receiving(message('application/vnd.apache.avro;version=1.9.0')));
    expect(avro.requests[0]!.steps).toEqual([]);
  });
});

describe('AsyncAPI 2', () => {
  it('sends the messages that clients publish, and waits for subscribed ones if they publish none', async () => {
    const { files } = await imported('asyncapi-2.json');
    const text = files['Chat.ws']!;
    expect(text).toContain('@server = wss://chat.example.test/rtm\n');
    expect(text).toContain('WEBSOCKET {{server}}/?token={{$secret token}}');
    expect(text).toContain('# @label outgoing\n{\n  "type": "message",\n  "text": "Hello"\n}');
    expect(text).toContain('# The server also sends hello, goodbye: no step waits for it.');
    expect(text).toContain('# @where $ schema ./Chat-hello.schema.json\n# @label hello');
    expect(text).toContain('# The wait for packed takes any message: it has no JSON Schema.');
    expect(text).toContain('# Of several ways to authenticate, the first is taken.');
  });
});

describe('a description that cannot be read', () => {
  it('ends in one sentence', async () => {
    const problem = async (document: object, path = 'api.json'): Promise<string> => {
      const result = importedFrom(await sourceOf({ [path]: JSON.stringify(document) }, false));
      return 'problem' in result ? result.problem : 'none';
    };
    expect(await problem({ asyncapi: '1.2.0' })).toBe('It is AsyncAPI 1.2.0: convert it to version 2 or 3.');
    expect(await problem({ ...V3, servers: { a: { host: 'h', protocol: 'kafka' } } })).toBe(
      'None of its servers speaks ws or wss: import a description of a WebSocket server.',
    );
    const cut = await sourceOf({ 'api.yaml': 'asyncapi: 3.0.0\nchannels: {one: [' }, false);
    expect(importedFrom(cut, 'asyncapi')).toEqual({
      problem: 'It is not valid YAML from line 2 on: export it again, and import the whole file.',
    });
    const bomb = `asyncapi: 3.0.0\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]`)
      .join('\n')}\n`;
    const result = importedFrom(await sourceOf({ 'api.yaml': bomb }, false));
    expect(result).toMatchObject({
      problem: expect.stringContaining('YAML with more than 100 aliases') as string,
    });
  });

  it('has references that lead out, nowhere, or in circles: they are left out', async () => {
    const { left, requests } = await described(
      receiving(
        { $ref: '#/components/messages/a' },
        {
          components: {
            messages: {
              a: { $ref: '#/components/messages/b' },
              b: { $ref: '#/components/messages/a' },
            },
          },
          channels: {
            one: {
              address: '/one',
              messages: {
                m: { $ref: '../../etc/passwd' },
                n: { $ref: '#/nowhere' },
                o: { $ref: '#/components/messages/a' },
              },
            },
          },
        },
      ),
    );
    expect(requests[0]!.steps).toEqual([]);
    expect(left).toContain('../../etc/passwd is left out: only references within the file are followed.');
    expect(left).toContain('#/nowhere is left out: the file has nothing there.');
    expect(left).toContain('A reference that leads to itself is left out.');
  });

  it('has members that would change objects, and deep or endless schemas', async () => {
    const payload = JSON.parse(
      '{"type":"object","required":["__proto__","a"],"properties":{"__proto__":{"const":{"polluted":1}},"a":{"$ref":"#/components/schemas/loop"}}}',
    ) as object;
    const { requests } = await described(
      receiving(
        { payload },
        {
          components: {
            schemas: {
              loop: {
                type: 'object',
                required: ['b'],
                properties: { b: { $ref: '#/components/schemas/loop' } },
              },
            },
          },
        },
      ),
    );
    expect(requests[0]!.steps).toHaveLength(1);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    const text = new TextDecoder().decode(requests[0]!.steps[0]!.message!.data);
    expect(text).not.toContain('polluted');
    expect(text.length).toBeLessThan(2000);
  });

  it('has at most 500 channels and 100 steps of one', async () => {
    const channels = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => [`c${index}`, { address: `/${index}` }]),
    );
    const many = await described({ ...V3, channels });
    expect(many.requests).toHaveLength(500);
    expect(many.left).toContain('100 channels are left out.');
    const examples = Array.from({ length: 150 }, (_, index) => ({ payload: { index } }));
    const long = await described(receiving({ examples }));
    expect(long.requests[0]!.steps).toHaveLength(100);
    expect(long.left).toContain('50 steps are left out.');
  });
});
