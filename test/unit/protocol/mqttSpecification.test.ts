import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../../src/core/protocol/mqtt/topicFilter.ts';
import {
  PACKET_TYPE,
  type PacketName,
  PROPERTIES,
  reasonName,
} from '../../../src/core/protocol/mqtt/vocabulary.ts';
import { MASKED_VALUE } from '../../../src/core/protocol/unit.ts';
import { binary, decodeAll, decodeOne, payloadValue } from './support/conversation.ts';
import { CONNECT } from './support/mqttReference.ts';

const v5 = (...messages: ReturnType<typeof binary>[]) =>
  decodeAll('mqtt', [binary('client', CONNECT(5)), ...messages]);

describe('the MQTT decoder on the examples of the specifications', () => {
  it.each([
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [16_383, [0xff, 0x7f]],
    [16_384, [0x80, 0x80, 0x01]],
    [2_097_151, [0xff, 0xff, 0x7f]],
    [2_097_152, [0x80, 0x80, 0x80, 0x01]],
  ])('reads the length %i (section 1.5.5)', (length, varint) => {
    // An empty topic and a payload that fills the rest.
    if (length < 2)
      return expect(decodeAll('mqtt', [binary('server', [0x30, ...varint])]).problems[0]?.message).toContain(
        'topic',
      );
    const packet = new Uint8Array(1 + varint.length + length);
    packet.set([0x30, ...varint]);
    expect(decodeOne('mqtt', { kind: 'binary', from: 'server', data: packet }).range.end).toBe(packet.length);
  });

  it('reads the variable header of CONNECT (figure 3-6)', () => {
    const header = [0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 0xce, 0, 10, 5, 0x11, 0, 0, 0, 10];
    // The flags ask for a client identifier, a will, a user name and a password.
    const content = [...header, 0, 0, 0, 0, 1, 119, 0, 0, 0, 1, 117, 0, 1, 112];
    const unit = decodeOne('mqtt', binary('client', [0x10, content.length, ...content]));
    expect(unit.headers).toEqual([['session-expiry-interval', '10']]);
    expect(payloadValue(unit)).toMatchObject({
      version: '5',
      keepAlive: 10,
      clean: true,
      will: { qos: 1, retain: false },
    });
  });

  it('reads PUBLISH, SUBSCRIBE and UNSUBSCRIBE (figures 3-9, 3-20 and 3-23)', () => {
    const [published] = v5(binary('server', [0x32, 8, 0, 3, 0x61, 0x2f, 0x62, 0, 10, 0])).units.slice(1);
    expect(published).toMatchObject({ type: 'call', name: 'a/b', id: '10' });
    const { units } = v5(
      binary('client', [0x82, 15, 0, 10, 0, 0, 3, 0x61, 0x2f, 0x62, 1, 0, 3, 0x63, 0x2f, 0x64, 2]),
      binary('client', [0xa2, 13, 0, 10, 0, 0, 3, 0x61, 0x2f, 0x62, 0, 3, 0x63, 0x2f, 0x64]),
    );
    expect(units.slice(1).map(({ type, summary }) => [type, summary])).toEqual([
      ['subscribe', 'SUBSCRIBE a/b QoS 1'],
      ['subscribe', 'SUBSCRIBE c/d QoS 2'],
      ['unsubscribe', 'UNSUBSCRIBE a/b'],
      ['unsubscribe', 'UNSUBSCRIBE c/d'],
    ]);
  });

  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/#', 'sport', true],
    ['sport/tennis/+', 'sport/tennis/player2', true],
    ['#', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/monitor/Clients', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/monitor/Clients', true],
    ['$share/consumer1/sport/tennis/+', 'sport/tennis/player1', true],
  ])('matches the filter %s against the topic %s (section 4.7)', (filter, topic, matches) => {
    expect(matchesFilter(filter, topic)).toBe(matches);
  });

  it.each([
    ['section 1.5.4, figure 1-2', [0x00, 0x05, 0x41, 0xf0, 0xaa, 0x9b, 0x94], 'A\u{2a6d4}'],
    ['section 1.5.4, no byte order mark is skipped', [0x00, 0x04, 0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
  ])('reads a text: %s', (_, encoded, topic) => {
    const packet = [0x30, encoded.length + 1, ...encoded, 0];
    const [, unit] = v5(binary('server', packet)).units;
    expect(unit?.name).toBe(topic);
  });

  it('reads the SUBACK codes of MQTT 3.1.1 (figure 3.26)', () => {
    const unit = decodeOne('mqtt', binary('server', [0x90, 5, 0, 10, 0x00, 0x02, 0x80]));
    expect(unit).toMatchObject({ type: 'error', name: 'SUBACK', replyTo: '10', error: 'Unspecified error' });
    const granted = decodeOne('mqtt', binary('server', [0x90, 4, 0, 10, 0x00, 0x02]));
    expect(granted.summary).toBe('SUBACK 10 Granted QoS 0, Granted QoS 2');
  });

  it('uses the names of the reference library', () => {
    const constants = createRequire(import.meta.url)('mqtt-packet/constants.js') as Constants;
    const { properties, propertiesTypes, codes, ...rest } = constants;
    for (const [name, number] of Object.entries(PACKET_TYPE))
      expect(Number(codes[name.toLowerCase()])).toBe(number);
    const forms: Record<string, string> = {
      int32: 'u32',
      int16: 'u16',
      int8: 'byte',
      binary: 'bytes',
      var: 'varint',
    };
    for (const [name, number] of Object.entries(properties))
      expect(PROPERTIES.get(number)?.[1], name).toBe(forms[propertiesTypes[name]!] ?? propertiesTypes[name]);
    expect(PROPERTIES.size).toBe(Object.keys(properties).length);
    for (const packet of ['SUBACK', 'UNSUBACK', 'DISCONNECT', 'AUTH'] as const)
      for (const [code, name] of Object.entries((rest as Record<string, object>)[`MQTT5_${packet}_CODES`]!))
        expect(reasonName(packet, Number(code)).toLowerCase()).toBe(String(name).toLowerCase());
  });
});

interface Constants {
  readonly properties: Record<string, number>;
  readonly propertiesTypes: Record<string, string>;
  readonly codes: Record<string, string>;
}

/** Section 2.2.2.2, table 2-4: the identifier, the name, an encoded value, and how it is shown. */
const PROPERTY_TABLE: readonly (readonly [number, string, readonly number[], string])[] = [
  [0x01, 'payload-format-indicator', [1], '1'],
  [0x02, 'message-expiry-interval', [0, 1, 0, 0], '65536'],
  [0x03, 'content-type', [0, 1, 97], 'a'],
  [0x08, 'response-topic', [0, 1, 97], 'a'],
  [0x09, 'correlation-data', [0, 2, 0xff, 0], 'base64 /wA='],
  [0x0b, 'subscription-identifier', [0xff, 0xff, 0xff, 0x7f], '268435455'],
  [0x11, 'session-expiry-interval', [0xff, 0xff, 0xff, 0xff], '4294967295'],
  [0x12, 'assigned-client-identifier', [0, 1, 97], 'a'],
  [0x13, 'server-keep-alive', [1, 0], '256'],
  [0x15, 'authentication-method', [0, 1, 97], 'a'],
  [0x16, 'authentication-data', [0, 1, 97], MASKED_VALUE],
  [0x17, 'request-problem-information', [0], '0'],
  [0x18, 'will-delay-interval', [0, 0, 0, 5], '5'],
  [0x19, 'request-response-information', [1], '1'],
  [0x1a, 'response-information', [0, 1, 97], 'a'],
  [0x1c, 'server-reference', [0, 1, 97], 'a'],
  [0x1f, 'reason-string', [0, 2, 0xc3, 0xa4], 'ä'],
  [0x21, 'receive-maximum', [0xff, 0xff], '65535'],
  [0x22, 'topic-alias-maximum', [0, 10], '10'],
  [0x23, 'topic-alias', [0, 1], '1'],
  [0x24, 'maximum-qos', [1], '1'],
  [0x25, 'retain-available', [0], '0'],
  [0x26, 'k', [0, 1, 107, 0, 1, 118], 'v'],
  [0x27, 'maximum-packet-size', [0, 0x10, 0, 0], '1048576'],
  [0x28, 'wildcard-subscription-available', [1], '1'],
  [0x29, 'subscription-identifier-available', [0], '0'],
  [0x2a, 'shared-subscription-available', [1], '1'],
];

describe('each MQTT 5 property', () => {
  const connack = (id: number, value: readonly number[]) => {
    const content = [0, 0, 1 + value.length, id, ...value];
    return v5(binary('server', [0x20, content.length, ...content]));
  };

  it.each(PROPERTY_TABLE)('is read under its name: 0x%s, %s', (id, name, value, shown) => {
    const { units, problems } = connack(id, value);
    expect(problems).toEqual([]);
    expect(units[1]?.headers).toEqual([[name, shown]]);
  });

  it.each(PROPERTY_TABLE)('is a problem of the packet if it is cut: 0x%s, %s', (id, _, value) => {
    const { units, problems } = connack(id, value.slice(0, -1));
    expect(units.map((unit) => unit.name)).toEqual(['CONNECT']);
    expect(problems).toMatchObject([{ code: 'decode.binary' }]);
  });

  it('is in the table, and no other identifier is', () => {
    const known = new Set(PROPERTY_TABLE.map(([id]) => id));
    expect(known.size).toBe(27);
    for (let id = 0; id < 0x80; id++)
      if (!known.has(id))
        expect(connack(id, [0]).problems).toMatchObject([
          { message: `There is no property ${id} in MQTT 5.` },
        ]);
  });
});

/** Section 2.4, table 2-6: the code, the name, and packets that may have it. */
const REASON_TABLE: readonly (readonly [number, string, readonly PacketName[]])[] = [
  [0x00, 'Success', ['CONNACK', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP', 'UNSUBACK', 'AUTH']],
  [0x00, 'Normal disconnection', ['DISCONNECT']],
  [0x00, 'Granted QoS 0', ['SUBACK']],
  [0x01, 'Granted QoS 1', ['SUBACK']],
  [0x02, 'Granted QoS 2', ['SUBACK']],
  [0x04, 'Disconnect with Will Message', ['DISCONNECT']],
  [0x10, 'No matching subscribers', ['PUBACK', 'PUBREC']],
  [0x11, 'No subscription existed', ['UNSUBACK']],
  [0x18, 'Continue authentication', ['AUTH']],
  [0x19, 'Re-authenticate', ['AUTH']],
  [0x80, 'Unspecified error', ['CONNACK', 'PUBACK', 'PUBREC', 'SUBACK', 'UNSUBACK', 'DISCONNECT']],
  [0x81, 'Malformed Packet', ['CONNACK', 'DISCONNECT']],
  [0x82, 'Protocol Error', ['CONNACK', 'DISCONNECT']],
  [
    0x83,
    'Implementation specific error',
    ['CONNACK', 'PUBACK', 'PUBREC', 'SUBACK', 'UNSUBACK', 'DISCONNECT'],
  ],
  [0x84, 'Unsupported Protocol Version', ['CONNACK']],
  [0x85, 'Client Identifier not valid', ['CONNACK']],
  [0x86, 'Bad User Name or Password', ['CONNACK']],
  [0x87, 'Not authorized', ['CONNACK', 'PUBACK', 'PUBREC', 'SUBACK', 'UNSUBACK', 'DISCONNECT']],
  [0x88, 'Server unavailable', ['CONNACK']],
  [0x89, 'Server busy', ['CONNACK', 'DISCONNECT']],
  [0x8a, 'Banned', ['CONNACK']],
  [0x8b, 'Server shutting down', ['DISCONNECT']],
  [0x8c, 'Bad authentication method', ['CONNACK', 'DISCONNECT']],
  [0x8d, 'Keep Alive timeout', ['DISCONNECT']],
  [0x8e, 'Session taken over', ['DISCONNECT']],
  [0x8f, 'Topic Filter invalid', ['SUBACK', 'UNSUBACK', 'DISCONNECT']],
  [0x90, 'Topic Name invalid', ['CONNACK', 'PUBACK', 'PUBREC', 'DISCONNECT']],
  [0x91, 'Packet Identifier in use', ['PUBACK', 'PUBREC', 'SUBACK', 'UNSUBACK']],
  [0x92, 'Packet Identifier not found', ['PUBREL', 'PUBCOMP']],
  [0x93, 'Receive Maximum exceeded', ['DISCONNECT']],
  [0x94, 'Topic Alias invalid', ['DISCONNECT']],
  [0x95, 'Packet too large', ['CONNACK', 'DISCONNECT']],
  [0x96, 'Message rate too high', ['DISCONNECT']],
  [0x97, 'Quota exceeded', ['CONNACK', 'PUBACK', 'PUBREC', 'SUBACK', 'DISCONNECT']],
  [0x98, 'Administrative action', ['DISCONNECT']],
  [0x99, 'Payload format invalid', ['CONNACK', 'PUBACK', 'PUBREC', 'DISCONNECT']],
  [0x9a, 'Retain not supported', ['CONNACK', 'DISCONNECT']],
  [0x9b, 'QoS not supported', ['CONNACK', 'DISCONNECT']],
  [0x9c, 'Use another server', ['CONNACK', 'DISCONNECT']],
  [0x9d, 'Server moved', ['CONNACK', 'DISCONNECT']],
  [0x9e, 'Shared Subscriptions not supported', ['SUBACK', 'DISCONNECT']],
  [0x9f, 'Connection rate exceeded', ['CONNACK', 'DISCONNECT']],
  [0xa0, 'Maximum connect time', ['DISCONNECT']],
  [0xa1, 'Subscription Identifiers not supported', ['SUBACK', 'DISCONNECT']],
  [0xa2, 'Wildcard Subscriptions not supported', ['SUBACK', 'DISCONNECT']],
];

describe('each MQTT 5 reason code', () => {
  /** A packet with a code, where it stands in each. */
  const packet = (name: PacketName, code: number) => {
    const content: Partial<Record<PacketName, readonly number[]>> = {
      CONNACK: [0, code, 0],
      SUBACK: [0, 7, 0, code],
      UNSUBACK: [0, 7, 0, code],
      DISCONNECT: [code, 0],
      AUTH: [code, 0],
    };
    const bytes = content[name] ?? [0, 7, code, 0];
    const flags = name === 'PUBREL' ? 2 : 0;
    return binary('server', [PACKET_TYPE[name] * 16 + flags, bytes.length, ...bytes]);
  };

  it.each(REASON_TABLE)('has its name: 0x%s, %s', (code, reason, packets) => {
    for (const name of packets) {
      const { units, problems } = v5(packet(name, code));
      expect(problems).toEqual([]);
      const unit = units[1]!;
      expect(unit.name).toBe(name);
      if (code >= 0x80)
        expect([unit.type === 'control' ? unit.summary : unit.error]).toEqual([
          expect.stringContaining(reason),
        ]);
      else if (code > 0 || name === 'SUBACK') expect(unit.summary).toContain(reason);
      else expect(reasonName(name, code)).toBe(reason);
      if (unit.replyTo !== undefined) expect(unit.replyTo).toBe('7');
    }
  });

  it('is in the table, and an unknown one is shown as a number', () => {
    const known = new Set(REASON_TABLE.map(([code]) => code));
    expect(known.size).toBe(43);
    for (let code = 0; code < 0x100; code++)
      if (!known.has(code))
        expect(reasonName('DISCONNECT', code)).toBe(`Reason code 0x${code.toString(16).padStart(2, '0')}`);
  });
});
