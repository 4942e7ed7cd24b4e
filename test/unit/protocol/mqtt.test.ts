import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_DECODED_BYTES,
  MAX_HEADERS,
  MAX_TOPIC_ALIASES,
  MAX_TOPIC_FILTERS,
  MAX_UNITS,
} from '../../../src/core/protocol/limits.ts';
import { detectProtocol } from '../../../src/core/protocol/registry.ts';
import { MASKED_VALUE } from '../../../src/core/protocol/unit.ts';
import { binary, decodeAll, decodeOne, payloadValue, protocol, text } from './support/conversation.ts';
import { CONNECT, written } from './support/mqttReference.ts';

const at = (subprotocol = 'mqtt') => ({ url: 'ws://localhost/mqtt', subprotocol });
const v5 = (...messages: ReturnType<typeof binary>[]) =>
  decodeAll('mqtt', [binary('client', CONNECT(5)), ...messages]);

describe('an MQTT packet', () => {
  it('is a unit of its type, paired by its packet identifier in each direction', () => {
    const { units, problems } = decodeAll('mqtt', [
      binary('client', CONNECT(4, { username: 'ann', password: Buffer.from('s3cret') })),
      binary('server', written({ cmd: 'connack', returnCode: 0, sessionPresent: false })),
      binary(
        'client',
        written({
          cmd: 'subscribe',
          messageId: 1,
          subscriptions: [
            { topic: 'a/+', qos: 1 },
            { topic: 'b', qos: 0 },
          ],
        }),
      ),
      binary('server', written({ cmd: 'suback', messageId: 1, granted: [1, 0] })),
      binary(
        'client',
        written({
          cmd: 'publish',
          topic: 'a/1',
          messageId: 2,
          qos: 2,
          retain: true,
          dup: true,
          payload: '{"n":1.0}',
        }),
      ),
      binary('server', written({ cmd: 'pubrec', messageId: 2 })),
      binary('client', written({ cmd: 'pubrel', messageId: 2 })),
      binary('server', written({ cmd: 'pubcomp', messageId: 2 })),
      binary(
        'server',
        written({
          cmd: 'publish',
          topic: 'a/1',
          messageId: 1,
          qos: 1,
          retain: false,
          dup: false,
          payload: 'x',
        }),
      ),
      binary('client', written({ cmd: 'puback', messageId: 1 })),
      binary('client', written({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['a/+'] })),
      binary('server', written({ cmd: 'unsuback', messageId: 3 })),
      binary('client', written({ cmd: 'pingreq' })),
      binary('server', written({ cmd: 'pingresp' })),
      binary('client', written({ cmd: 'disconnect' })),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, name, id, replyTo, stream }) => [type, name, id ?? replyTo, stream])).toEqual([
      ['control', 'CONNECT', undefined, undefined],
      ['control', 'CONNACK', undefined, undefined],
      ['subscribe', 'a/+', '1', '"a/+"'],
      ['subscribe', 'b', undefined, '"b"'],
      ['reply', 'SUBACK', '1', undefined],
      ['call', 'a/1', '2', undefined],
      ['control', 'PUBREC', undefined, undefined],
      ['control', 'PUBREL', undefined, undefined],
      ['reply', 'PUBCOMP', '2', undefined],
      ['call', 'a/1', '1', '"a/+"'],
      ['reply', 'PUBACK', '1', undefined],
      ['unsubscribe', 'a/+', '3', '"a/+"'],
      ['reply', 'UNSUBACK', '3', undefined],
      ['control', 'PINGREQ', undefined, undefined],
      ['control', 'PINGRESP', undefined, undefined],
      ['control', 'DISCONNECT', undefined, undefined],
    ]);
    expect(units[5]?.summary).toBe('PUBLISH a/1 QoS 2 retain duplicate {"n":1.0}');
    expect(units[4]?.summary).toBe('SUBACK 1 Granted QoS 1, Granted QoS 0');
    expect(units.filter(({ heartbeat }) => heartbeat).map(({ name }) => name)).toEqual([
      'PINGREQ',
      'PINGRESP',
    ]);
    expect(JSON.stringify(units)).not.toContain('s3cret');
    expect(payloadValue(units[0])).toEqual({
      version: '3.1.1',
      clientId: 'c1',
      clean: true,
      keepAlive: 30,
      username: 'ann',
      password: MASKED_VALUE,
    });
  });

  it('names the properties and reason codes of version 5', () => {
    const { units, problems } = v5(
      binary(
        'server',
        written(
          {
            cmd: 'connack',
            reasonCode: 0,
            sessionPresent: true,
            properties: { serverKeepAlive: 9, userProperties: { region: 'eu' } },
          },
          5,
        ),
      ),
      binary(
        'client',
        written(
          {
            cmd: 'publish',
            topic: 't',
            messageId: 5,
            qos: 1,
            payload: 'x',
            properties: {
              contentType: 'text/plain',
              correlationData: Buffer.from([1, 255]),
              messageExpiryInterval: 7,
            },
          },
          5,
        ),
      ),
      binary('server', written({ cmd: 'puback', messageId: 5, reasonCode: 0x10 }, 5)),
      binary('client', written({ cmd: 'publish', topic: 'no', messageId: 6, qos: 2, payload: 'x' }, 5)),
      binary(
        'server',
        written(
          { cmd: 'pubrec', messageId: 6, reasonCode: 0x87, properties: { reasonString: 'not you' } },
          5,
        ),
      ),
      binary('server', written({ cmd: 'disconnect', reasonCode: 0x8b, properties: {} }, 5)),
    );
    expect(problems).toEqual([]);
    expect(units[1]?.headers).toEqual([
      ['server-keep-alive', '9'],
      ['region', 'eu'],
    ]);
    expect(Object.fromEntries(units[2]!.headers!)).toEqual({
      'content-type': 'text/plain',
      'correlation-data': 'base64 Af8=',
      'message-expiry-interval': '7',
    });
    expect(units[3]).toMatchObject({
      type: 'reply',
      replyTo: '5',
      summary: 'PUBACK 5 No matching subscribers',
    });
    expect(units[5]).toMatchObject({
      type: 'error',
      replyTo: '6',
      error: 'Not authorized',
      headers: [['reason-string', 'not you']],
    });
    expect(units[6]).toMatchObject({ type: 'error', name: 'DISCONNECT', error: 'Server shutting down' });
  });

  it('hides authentication data and tokens of CONNECT', () => {
    const authenticationMethod = 'OAUTH2-JWT';
    const authenticationData = Buffer.from('t0ken');
    const properties = {
      authenticationMethod,
      authenticationData,
      userProperties: { 'access-token': 't0ken', region: 'eu' },
    };
    const { units } = decodeAll('mqtt', [
      binary('client', CONNECT(5, { properties })),
      binary('server', written({ cmd: 'connack', reasonCode: 0, properties: { authenticationData } }, 5)),
      binary(
        'client',
        written(
          { cmd: 'auth', reasonCode: 0x19, properties: { authenticationMethod, authenticationData } },
          5,
        ),
      ),
      binary(
        'client',
        written(
          {
            cmd: 'publish',
            topic: 't',
            qos: 0,
            payload: 'x',
            properties: { userProperties: { token: 'a' } },
          },
          5,
        ),
      ),
    ]);
    expect(units.map(({ headers }) => headers)).toEqual([
      [
        ['authentication-method', authenticationMethod],
        ['authentication-data', MASKED_VALUE],
        ['access-token', MASKED_VALUE],
        ['region', 'eu'],
      ],
      [['authentication-data', MASKED_VALUE]],
      [
        ['authentication-method', authenticationMethod],
        ['authentication-data', MASKED_VALUE],
      ],
      // The user property of a message is data.
      [['token', 'a']],
    ]);
    expect(JSON.stringify(units)).not.toContain('t0ken');
  });

  it('reports why a connection is refused, in the terms of its version', () => {
    expect(decodeOne('mqtt', binary('server', [0x20, 2, 0, 5]))).toMatchObject({
      type: 'error',
      error: 'Not authorized',
    });
    expect(decodeOne('mqtt', binary('server', [0x20, 2, 0, 1])).error).toBe('Unacceptable protocol version');
    expect(v5(binary('server', [0x20, 3, 0, 0x86, 0])).units[1]?.error).toBe('Bad User Name or Password');
  });

  it('contains the will of CONNECT, of version 3.1 too', () => {
    const will = { topic: 'w', payload: Buffer.from('gone'), qos: 1, retain: true };
    for (const version of [3, 4, 5] as const) {
      const unit = decodeOne('mqtt', binary('client', CONNECT(version, { will })));
      expect(payloadValue(unit)).toMatchObject({
        version: { 3: '3.1', 4: '3.1.1', 5: '5' }[version],
        will: { topic: 'w', payload: 'gone', qos: 1, retain: true },
      });
    }
  });

  it('resolves a topic alias, over a checkpoint too', () => {
    const first = protocol('mqtt').createDecoder(at());
    first.decode(binary('client', CONNECT(5)));
    const publish = (topic: string, topicAlias: number) =>
      binary(
        'server',
        written({ cmd: 'publish', topic, qos: 0, payload: 'x', properties: { topicAlias } }, 5),
      );
    first.decode(publish('long/topic', 3));
    const later = protocol('mqtt').createDecoder(at(), first.checkpoint());
    expect(later.decode(publish('', 3)).units[0]?.name).toBe('long/topic');
    expect(later.decode(publish('', 4)).problems).toMatchObject([{ code: 'decode.incomplete' }]);
    // The aliases of the other side are others.
    const own = binary('client', publish('', 3).data);
    expect(later.decode(own).problems).toMatchObject([{ code: 'decode.incomplete' }]);
    const many = Array.from({ length: MAX_TOPIC_ALIASES + 1 }, (_, index) => publish(`t${index}`, index + 1));
    expect(v5(...many).problems).toMatchObject([
      { code: 'decode.limit', message: expect.stringContaining('aliases') },
    ]);
  });

  it('shares a message with others and spans messages, at any boundaries', () => {
    const packets = [
      CONNECT(4),
      ...['a', 'b', 'c'].map((topic) =>
        written({ cmd: 'publish', topic, qos: 0, payload: topic.repeat(200) }),
      ),
      written({ cmd: 'pingreq' }),
    ];
    const all = Buffer.concat(packets);
    fc.assert(
      fc.property(fc.array(fc.nat(all.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts, all.length].sort((a, b) => a - b);
        const messages = places
          .slice(1)
          .map((end, index) => binary('client', all.subarray(places[index], end)));
        const { units, problems } = decodeAll('mqtt', messages);
        expect(problems).toEqual([]);
        expect(units.map(({ name }) => name)).toEqual(['CONNECT', 'a', 'b', 'c', 'PINGREQ']);
        expect(payloadValue(units[3])).toBe('c'.repeat(200));
      }),
    );
  });

  it('is reported with the place where it breaks', () => {
    const problemOf = (...bytes: number[]) => decodeAll('mqtt', [binary('server', bytes)]).problems[0];
    expect(problemOf(0x00, 0)).toMatchObject({ code: 'decode.binary', at: 0 });
    expect(problemOf(0x36, 0)).toMatchObject({ code: 'decode.binary', at: 0 });
    expect(problemOf(0x80, 0)).toMatchObject({ code: 'decode.binary', at: 0 });
    expect(problemOf(0x30, 0xff, 0xff, 0xff, 0xff, 1)).toMatchObject({ code: 'decode.binary', at: 1 });
    expect(problemOf(0x30, 3, 0, 9, 97)).toMatchObject({
      code: 'decode.binary',
      at: 4,
      message: expect.stringContaining('topic'),
    });
    expect(problemOf(0x30, 3, 0, 1, 0xff)).toMatchObject({ code: 'decode.utf8', at: 4 });
    expect(problemOf(0x10, 9, 0, 4, ...Buffer.from('MQTX'), 4, 0, 0)).toMatchObject({
      code: 'decode.envelope',
      at: 2,
    });
    expect(v5(binary('server', [0x30, 5, 0, 1, 97, 1, 99])).problems[0]).toMatchObject({
      message: 'There is no property 99 in MQTT 5.',
    });
    expect(decodeAll('mqtt', [text('client', 'hello')]).problems).toMatchObject([{ code: 'decode.binary' }]);
  });

  it('names each limit', () => {
    const limit = (units: ReturnType<typeof decodeAll>) =>
      units.problems.filter(({ code }) => code === 'decode.limit');
    const tooLong = [0x30, 0x81, 0x80, 0x80, 0x08];
    expect(limit(decodeAll('mqtt', [binary('server', tooLong)]))[0]?.message).toContain(
      String(MAX_DECODED_BYTES),
    );
    const property = [0x26, 0, 1, 97, 0, 1, 98];
    const properties = Array.from({ length: MAX_HEADERS + 1 }, () => property).flat();
    const varint = (value: number) => [(value & 127) | 128, value >> 7];
    const body = [0, 1, 116, ...varint(properties.length), ...properties];
    expect(limit(v5(binary('server', [0x30, ...varint(body.length), ...body])))[0]?.message).toContain(
      `${MAX_HEADERS} properties`,
    );
    const subscribe = (filters: string[]) =>
      binary(
        'client',
        written({
          cmd: 'subscribe',
          messageId: 1,
          subscriptions: filters.map((topic) => ({ topic, qos: 0 })),
        }),
      );
    const names = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
    expect(limit(decodeAll('mqtt', [subscribe(names(MAX_TOPIC_FILTERS + 2))]))[0]?.message).toContain(
      `${MAX_TOPIC_FILTERS} topic filters`,
    );
    expect(limit(decodeAll('mqtt', [subscribe(names(MAX_UNITS + 1))]))[0]?.message).toContain(
      `${MAX_UNITS} topic filters`,
    );
  });
});

describe('the recognition of MQTT', () => {
  it.each([
    [{ subprotocol: 'mqtt', messages: [] }, 'MQTT: subprotocol mqtt'],
    [{ subprotocol: 'mqttv3.1', messages: [] }, 'MQTT: subprotocol mqttv3.1'],
    [{ subprotocol: '', messages: [binary('client', CONNECT(5))] }, 'MQTT: first packet CONNECT'],
    [
      { subprotocol: '', messages: [binary('client', CONNECT(3, { clientId: 'c'.repeat(300) }))] },
      'MQTT: first packet CONNECT',
    ],
    [{ subprotocol: '', messages: [binary('client', [0x10, 4, 0, 2, 1, 1])] }, undefined],
    [{ subprotocol: '', messages: [binary('client', [])] }, undefined],
  ])('gives a reason or none: %#', (evidence, reason) => {
    expect(detectProtocol({ url: 'ws://localhost/', ...evidence })?.reason).toBe(reason);
  });
});
