import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProtocolContext, Role, WireMessage } from '../../../src/core/protocol/protocolModule.ts';
import { toUnit } from '../../../src/core/protocol/unit.ts';
import { context, payloadValue, protocol } from './support/conversation.ts';
import { CONNECT, written } from './support/mqttReference.ts';

// Protocols whose units do not align with messages: wherever the bytes of a side are split, also at every byte, the units are the same.

interface Conversation {
  readonly id: string;
  readonly subprotocol?: string;
  /** An earlier message of the side, which is not split. */
  readonly before?: Omit<WireMessage, 'kind'>;
  readonly from: Role;
  readonly bytes: Uint8Array;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const publish = (version: 4 | 5, qos: 0 | 1 | 2, more = {}) =>
  written(
    {
      cmd: 'publish',
      topic: 'a/é',
      qos,
      payload: `{"qos":${qos}}`,
      ...(qos > 0 && { messageId: 9 }),
      ...more,
    },
    version,
  );

const subscribe = (version: 4 | 5) =>
  written({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/#', qos: 2 }] }, version);

const CONVERSATIONS: Readonly<Record<string, Conversation>> = {
  'MQTT 3.1.1, client': {
    id: 'mqtt',
    from: 'client',
    bytes: joined(
      CONNECT(4, { will: { topic: 'w', payload: Buffer.from('gone'), qos: 1, retain: true }, username: 'u' }),
      subscribe(4),
      publish(4, 0),
      publish(4, 2, { payload: 'x'.repeat(200) }),
      written({ cmd: 'pubrel', messageId: 9 }),
      written({ cmd: 'pingreq' }),
      written({ cmd: 'disconnect' }),
    ),
  },
  'MQTT 5, server': {
    id: 'mqtt',
    before: { from: 'client', data: joined(CONNECT(5), subscribe(5)) },
    from: 'server',
    bytes: joined(
      written({ cmd: 'connack', reasonCode: 0, sessionPresent: false, properties: { receiveMaximum: 5 } }, 5),
      written({ cmd: 'suback', messageId: 1, granted: [2] }, 5),
      publish(5, 1, { properties: { topicAlias: 1, userProperties: { k: 'ü' } } }),
      publish(5, 0, { topic: '', properties: { topicAlias: 1 } }),
      written({ cmd: 'puback', messageId: 9, reasonCode: 0x10, properties: { reasonString: 'nobody' } }, 5),
      written({ cmd: 'disconnect', reasonCode: 0x8b }, 5),
    ),
  },
  'NATS, server': {
    id: 'nats',
    before: { from: 'client', data: utf8('SUB a.* 1\r\nPUB a.b in.1 0\r\n\r\n') },
    from: 'server',
    bytes: utf8(
      'INFO {"headers":true}\r\n+OK\r\nPING\r\nMSG a.b 1 in.1 9\r\nline\r\nend\r\n' +
        "HMSG in.1 1 22 24\r\nNATS/1.0\r\nBar: Baz\r\n\r\né\r\n-ERR 'Stale Connection'\r\nHMSG in.1 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n",
    ),
  },
  'STOMP 1.2, server': {
    id: 'stomp',
    subprotocol: 'v12.stomp',
    from: 'server',
    bytes: utf8(
      'CONNECTED\r\nversion:1.2\r\nheart-beat:0,0\r\n\r\n\0' +
        'MESSAGE\nsubscription:0\nmessage-id:1\ndestination:/a\\cb\ncontent-length:7\n\n{}\0\0\né\0' +
        'RECEIPT\nreceipt-id:r\n\n\0ERROR\nmessage:é no\n\nbecause\0',
    ),
  },
};

type Facts = Readonly<Record<string, unknown>>;

/** The facts of a unit, without its position. */
function facts(unit: Parameters<typeof toUnit>[0]): Facts {
  const { type, name, id, replyTo, stream, error, headers, summary, heartbeat } = toUnit(unit);
  return { type, name, id, replyTo, stream, error, headers, summary, heartbeat, payload: payloadValue(unit) };
}

/** @param cuts where the bytes are split @param saves whether each part is read by a decoder that starts from a checkpoint */
function read(
  { id, subprotocol = '', before, from, bytes }: Conversation,
  cuts: readonly number[],
  saves = false,
): Facts[] {
  const where: ProtocolContext = { ...context(id), subprotocol };
  let decoder = protocol(id).createDecoder(where);
  if (before) expect(decoder.decode({ ...before, kind: 'binary' }).problems).toEqual([]);
  const found: Facts[] = [];
  const ends = [...cuts, bytes.length];
  for (const [index, end] of ends.entries()) {
    const data = bytes.slice(index === 0 ? 0 : ends[index - 1], end);
    const { units, problems } = decoder.decode({ kind: 'binary', from, data });
    expect(problems).toEqual([]);
    for (const unit of units) {
      const { range, payload } = toUnit(unit);
      expect(range.end).toBeLessThanOrEqual(data.length);
      if (payload?.range) expect(payload.range.end).toBeLessThanOrEqual(data.length);
      found.push(facts(unit));
    }
    if (saves) decoder = protocol(id).createDecoder(where, decoder.checkpoint());
  }
  // Line ends of STOMP that begin a message are a beat, whatever they followed.
  return found.filter(({ name }) => name !== 'heart-beat');
}

describe.each(Object.entries(CONVERSATIONS))('%s', (_, conversation) => {
  const { length } = conversation.bytes;
  const whole = read(conversation, []);

  it('is read whole', () => {
    expect(whole.length).toBeGreaterThan(3);
    // Not as text that is left over: each conversation has units of several types.
    expect(new Set(whole.map(({ type }) => type)).size).toBeGreaterThan(2);
  });

  it('has the same units if it is split in two at any byte, with a checkpoint there too', () => {
    for (let cut = 0; cut <= length; cut++) {
      expect(read(conversation, [cut]), `at ${cut}`).toEqual(whole);
      expect(read(conversation, [cut], true), `at ${cut}, with a checkpoint`).toEqual(whole);
    }
  });

  it('has the same units if each message is one byte', () => {
    const all = Array.from({ length: length - 1 }, (__, index) => index + 1);
    expect(read(conversation, all)).toEqual(whole);
    expect(read(conversation, all, true)).toEqual(whole);
  });

  it('has the same units if it is split at many places', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(length), { maxLength: 12 }), fc.boolean(), (cuts, saves) => {
        expect(
          read(
            conversation,
            cuts.sort((a, b) => a - b),
            saves,
          ),
        ).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });
});

describe('STOMP in SockJS', () => {
  const frames = 'CONNECTED\nversion:1.1\n\n\0MESSAGE\ndestination:/a\nsubscription:0\n\nhé"llo\0';

  it('has the same units wherever its frames are split into texts and messages', () => {
    const decoded = (texts: readonly (readonly string[])[]) => {
      const decoder = protocol('sockjs-stomp').createDecoder(context('sockjs-stomp'));
      return texts.flatMap((each) => {
        const data = utf8(`a${JSON.stringify(each)}`);
        const { units, problems } = decoder.decode({ kind: 'text', from: 'server', data });
        expect(problems).toEqual([]);
        return units.map(facts);
      });
    };
    const whole = decoded([[frames]]);
    expect(whole).toMatchObject([{ name: 'CONNECTED' }, { name: '/a', payload: 'hé"llo' }]);
    for (let cut = 0; cut <= frames.length; cut++) {
      const parts = [frames.slice(0, cut), frames.slice(cut)];
      expect(decoded([parts]), `at ${cut}, in one message`).toEqual(whole);
      expect(decoded(parts.map((part) => [part])), `at ${cut}, in two messages`).toEqual(whole);
    }
  });
});
