import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../../src/core/protocol/mqtt/topicFilter.ts';
import { PACKET_TYPE, PROPERTIES, reasonName } from '../../../src/core/protocol/mqtt/vocabulary.ts';
import { binary, decodeAll, decodeOne, payloadValue } from './support/conversation.ts';
import { CONNECT } from './support/mqttReference.ts';

const v5 = (...messages: ReturnType<typeof binary>[]) =>
  decodeAll('mqtt', [binary('client', CONNECT(5)), ...messages]);

describe('the examples of the specification of MQTT 5', () => {
  it.each([
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [16_383, [0xff, 0x7f]],
    [16_384, [0x80, 0x80, 0x01]],
    [2_097_151, [0xff, 0xff, 0x7f]],
    [2_097_152, [0x80, 0x80, 0x80, 0x01]],
  ])('section 1.5.5: the length %i', (length, varint) => {
    // An empty topic and a payload that fills the rest.
    if (length < 2)
      return expect(decodeAll('mqtt', [binary('server', [0x30, ...varint])]).problems[0]?.message).toContain(
        'topic',
      );
    const packet = new Uint8Array(1 + varint.length + length);
    packet.set([0x30, ...varint]);
    expect(decodeOne('mqtt', { kind: 'binary', from: 'server', data: packet }).range.end).toBe(packet.length);
  });

  it('figure 3-6: the variable header of CONNECT', () => {
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

  it('figures 3-9, 3-20 and 3-23: PUBLISH, SUBSCRIBE and UNSUBSCRIBE', () => {
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
    ['sport/#', 'sport', true],
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
  ])('section 4.7: the filter %s and the topic %s', (filter, topic, matches) => {
    expect(matchesFilter(filter, topic)).toBe(matches);
  });

  it('has the names of the reference library', () => {
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
