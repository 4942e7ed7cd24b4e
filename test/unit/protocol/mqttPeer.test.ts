import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VerbCall } from '../../../src/core/protocol/verb.ts';
import { binary, call, countingPorts, protocol } from './support/conversation.ts';
import { CONNECT, parsed, written } from './support/mqttReference.ts';

const at = (subprotocol = 'mqtt') => ({ url: 'ws://localhost/mqtt', subprotocol });
const peer = (role: 'client' | 'server' = 'client') =>
  protocol('mqtt').createPeer(at(), role, countingPorts());

function said(client: ReturnType<typeof peer>, verb: string, parts = {}) {
  const encoded = client.encode(call(verb, parts));
  if (!('messages' in encoded)) throw new Error(encoded.problem);
  return encoded;
}

describe('an MQTT client', () => {
  const connack = (...rest: number[]) => binary('server', [0x20, rest.length, ...rest]);

  it('connects automatically, pings, and disconnects', () => {
    const client = peer();
    expect(parsed(client.start(true))).toMatchObject([
      {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: 60,
        clientId: 'duplexunique1',
      },
    ]);
    expect(client.opening).toEqual({ state: 'waiting' });
    expect(client.beatInterval).toBeUndefined();
    client.receive(connack(0));
    expect(client.opening).toEqual({ state: 'waiting' });
    const other = peer();
    other.start(true);
    other.receive(binary('server', [0x20]));
    other.receive(binary('server', [2, 0, 0]));
    expect(other.opening).toEqual({ state: 'accepted' });
    expect(other.beatInterval).toBe(45_000);
    expect(parsed(other.beat())).toMatchObject([{ cmd: 'pingreq' }]);
    expect(parsed(other.finish())).toMatchObject([{ cmd: 'disconnect' }]);
    expect(other.finish()).toEqual([]);
  });

  it('connects with the values of @connect', () => {
    const body = {
      clientId: 'sensor',
      username: 'ann',
      password: 'pä ss',
      keepAlive: 10,
      clean: false,
      will: { topic: 'w', payload: 'gone', qos: 2, retain: true },
    };
    for (const [version, protocolVersion] of [
      ['3.1', 3],
      ['3.1.1', 4],
      ['5', 5],
    ] as const) {
      const client = peer();
      const headers = version === '5' ? [['region', 'eu'] as const] : [];
      const { messages } = said(client, 'connect', {
        options: { version },
        body: JSON.stringify(body),
        headers,
      });
      const [packet] = parsed(messages, protocolVersion);
      expect(packet).toMatchObject({
        protocolVersion,
        clientId: 'sensor',
        username: 'ann',
        password: Buffer.from('pä ss'),
        keepalive: 10,
        clean: false,
        will: { topic: 'w', payload: Buffer.from('gone'), qos: 2, retain: true },
      });
      if (version === '5') expect(packet).toMatchObject({ properties: { userProperties: { region: 'eu' } } });
    }
  });

  it.each([
    ['{"clientID": "a"}', {}, 'no member clientID'],
    ['{"keepAlive": -1}', {}, 'seconds from 0'],
    ['{"username": 1}', {}, 'JSON string'],
    ['{"will": {"qos": 1}}', {}, 'needs a topic'],
    ['{"will": {"topic": "a", "qos": 3}}', {}, 'qos is 0, 1 or 2'],
    ['{"password": "p"}', {}, 'needs MQTT 5'],
    ['{"clientId": "a\\u0000"}', {}, 'NUL'],
    ['{}', { headers: [['a', 'b']] }, 'need MQTT 5'],
    [`{"clientId": "${'a'.repeat(70_000)}"}`, {}, 'room for 65535'],
  ])('reports values that it cannot connect with: %.40s', (body, parts, problem) => {
    expect(peer().encode(call('connect', { ...(parts as Partial<VerbCall>), body }))).toMatchObject({
      problem: expect.stringContaining(problem),
    });
  });

  it('reports why it was refused', () => {
    const old = peer();
    old.start(true);
    old.receive(connack(0, 4));
    expect(old.opening).toMatchObject({
      reason: 'The server refused the MQTT session: Bad user name or password.',
    });
    const client = peer();
    said(client, 'connect', { options: { version: '5' } });
    client.receive(
      binary(
        'server',
        written(
          {
            cmd: 'connack',
            reasonCode: 0x87,
            sessionPresent: false,
            properties: { reasonString: 'go away' },
          },
          5,
        ),
      ),
    );
    expect(client.opening).toMatchObject({
      reason: 'The server refused the MQTT session: Not authorized: go away.',
    });
  });

  it('acknowledges received packets, and continues after PUBREC', () => {
    const client = peer();
    client.start(true);
    client.receive(connack(0, 0));
    const answers = (packet: object) => parsed(client.receive(binary('server', written(packet))));
    expect(answers({ cmd: 'publish', topic: 't', qos: 0, payload: 'x' })).toEqual([]);
    expect(answers({ cmd: 'publish', topic: 't', qos: 1, messageId: 700, payload: 'x' })).toMatchObject([
      { cmd: 'puback', messageId: 700 },
    ]);
    expect(answers({ cmd: 'publish', topic: 't', qos: 2, messageId: 8, payload: 'x' })).toMatchObject([
      { cmd: 'pubrec', messageId: 8 },
    ]);
    expect(answers({ cmd: 'pubrel', messageId: 8 })).toMatchObject([{ cmd: 'pubcomp', messageId: 8 }]);
    expect(answers({ cmd: 'pubrec', messageId: 9 })).toMatchObject([{ cmd: 'pubrel', messageId: 9 }]);
    const five = peer();
    said(five, 'connect', { options: { version: '5' } });
    const refused = written({ cmd: 'pubrec', messageId: 9, reasonCode: 0x97 }, 5);
    expect(five.receive(binary('server', refused))).toEqual([]);
  });

  it('writes packets that the reference library and its own decoder read', () => {
    const topic = fc.stringMatching(/^[a-zä/ ]{1,20}$/);
    fc.assert(
      fc.property(
        topic,
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('0', '1', '2'),
        fc.boolean(),
        fc.constantFrom('3.1.1', '5'),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string()),
        (name, bytes, qos, retain, version, user) => {
          fc.pre(Object.entries(user).every(([key, value]) => !value.includes('\0') && key !== '__proto__'));
          const client = peer();
          const opening = said(client, 'connect', { options: { version } }).messages;
          const isV5 = version === '5';
          const headers = isV5 ? Object.entries(user) : [];
          const options = {
            qos,
            ...(retain && { retain: '' }),
            ...(isV5 && { 'content-type': 'a/b', 'message-expiry-interval': '70000' }),
          };
          const { messages, awaits } = said(client, 'publish', {
            arguments: [name],
            options,
            bytes,
            headers,
          });
          const [reference] = parsed(messages, isV5 ? 5 : 4);
          expect(reference).toMatchObject({
            topic: name,
            qos: Number(qos),
            retain,
            payload: Buffer.from(bytes),
          });
          if (isV5)
            expect(reference).toMatchObject({
              properties: { contentType: 'a/b', messageExpiryInterval: 70_000 },
            });
          const decoder = protocol('mqtt').createDecoder(at());
          decoder.decode(binary('client', opening[0]!.data));
          const { units, problems } = decoder.decode(binary('client', messages[0]!.data));
          expect(problems).toEqual([]);
          expect(units[0]).toMatchObject({ name, id: awaits, type: qos === '0' ? 'event' : 'call' });
          expect([...(units[0]?.payload?.read() ?? [])]).toEqual([...bytes]);
          if (isV5)
            expect(units[0]?.headers).toEqual([
              ['content-type', 'a/b'],
              ['message-expiry-interval', '70000'],
              ...headers,
            ]);
        },
      ),
    );
  });

  it('subscribes and unsubscribes, with packet identifiers that it counts', () => {
    const client = peer();
    const subscribed = said(client, 'subscribe', { arguments: ['a/+/b/#'], options: { qos: '2' } });
    expect(parsed(subscribed.messages)).toMatchObject([
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/+/b/#', qos: 2 }] },
    ]);
    expect(subscribed.awaits).toBe('1');
    expect(parsed(said(client, 'unsubscribe').messages)).toMatchObject([
      { cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a/+/b/#'] },
    ]);
    for (let id = 3; id <= 65_535; id++)
      client.encode(call('publish', { arguments: ['a'], options: { qos: '1' } }));
    expect(said(client, 'publish', { arguments: ['a'], options: { qos: '1' } }).awaits).toBe('1');
    expect(parsed(said(client, 'disconnect').messages)).toMatchObject([{ cmd: 'disconnect' }]);
  });

  it.each([
    ['publish', { arguments: ['a/#'] }, 'no wildcard'],
    ['publish', { arguments: ['a'], options: { 'content-type': 'x' } }, 'need MQTT 5'],
    ['publish', { arguments: ['a'], headers: [['a', 'b']] }, 'need MQTT 5'],
    ['publish', { arguments: ['a'], options: { qos: '3' } }, 'qos of @publish is 0, 1, 2'],
    ['subscribe', { arguments: ['a/#/b'] }, 'not a topic filter'],
    ['subscribe', { arguments: ['a+'] }, 'not a topic filter'],
    ['subscribe', { arguments: ['a'], headers: [['a', 'b']] }, 'need MQTT 5'],
    ['unsubscribe', {}, 'needs a filter'],
    ['emit', {}, 'no verb @emit'],
  ])('reports what @%s cannot send: %j', (verb, parts, problem) => {
    expect(peer().encode(call(verb, parts as never))).toMatchObject({
      problem: expect.stringContaining(problem),
    });
  });

  it('reports which property does not fit', () => {
    const client = peer();
    said(client, 'connect', { options: { version: '5' } });
    const publish = call('publish', { arguments: ['a'], options: { 'message-expiry-interval': 'soon' } });
    expect(client.encode(publish)).toMatchObject({
      problem: 'message-expiry-interval is a number from 0 to 4294967295, not “soon”.',
    });
  });
});

describe('an MQTT server', () => {
  it.each([4, 5] as const)('accepts, grants, acknowledges and answers pings of level %i', (level) => {
    const server = peer('server');
    expect(server.start(true)).toEqual([]);
    const answers = (packet: Uint8Array) => parsed(server.receive(binary('client', packet)), level);
    expect(answers(CONNECT(level))).toMatchObject([{ cmd: 'connack', sessionPresent: false }]);
    const subscribe = written(
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 1 }] },
      level,
    );
    expect(answers(subscribe)).toMatchObject([{ cmd: 'suback', messageId: 1, granted: [1] }]);
    const unsubscribe = written({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a'] }, level);
    expect(answers(unsubscribe)).toMatchObject([{ cmd: 'unsuback', messageId: 2 }]);
    expect(answers(written({ cmd: 'pingreq' }, level))).toMatchObject([{ cmd: 'pingresp' }]);
    expect(
      answers(written({ cmd: 'publish', topic: 'a', qos: 2, messageId: 4, payload: '' }, level)),
    ).toMatchObject([{ cmd: 'pubrec', messageId: 4 }]);
  });
});
