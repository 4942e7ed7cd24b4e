import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECODED_BYTES, MAX_HEADERS } from '../../../src/core/protocol/limits.ts';
import { detectProtocol } from '../../../src/core/protocol/registry.ts';
import { MASKED_VALUE } from '../../../src/core/protocol/unit.ts';
import { MASK } from '../../../src/core/session/secrets/mask.ts';
import {
  binary,
  call,
  countingPorts,
  decodeAll,
  decodeOne,
  payloadValue,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';

const at = (subprotocol: string) => ({ url: 'ws://host.example:8080/ws', subprotocol });
const peer = (subprotocol = 'v12.stomp', role: 'client' | 'server' = 'client') =>
  protocol('stomp').createPeer(at(subprotocol), role, countingPorts());
const decoder = (subprotocol = 'v12.stomp') => protocol('stomp').createDecoder(at(subprotocol));
const said = (peerOf: ReturnType<typeof peer>, verb: string, parts = {}) => {
  const encoded = peerOf.encode(call(verb, parts));
  if (!('messages' in encoded)) throw new Error(encoded.problem);
  return { text: textOf(encoded.messages[0]), ...encoded };
};

describe('a STOMP frame', () => {
  it('is a unit with its command, destination and subscription', () => {
    const { units, problems } = decodeAll('stomp', [
      text('client', 'CONNECT\naccept-version:1.2\nlogin:ann\npasscode:s3cret\n\n\0'),
      text('server', 'CONNECTED\r\nversion:1.2\r\nheart-beat:0,0\r\n\r\n\0'),
      text('client', 'SUBSCRIBE\nid:sub-0\ndestination:/topic/a\n\n\0'),
      text('client', 'SEND\ndestination:/topic/a\nreceipt:r1\ncontent-type:application/json\n\n{"n":1.0}\0'),
      text('server', 'RECEIPT\nreceipt-id:r1\n\n\0\n'),
      text(
        'server',
        'MESSAGE\nsubscription:sub-0\nreceipt:r1\nmessage-id:7\ndestination:/topic/a\n\n{"n":1.0}\0',
      ),
      text('client', 'ACK\nid:7\ntransaction:tx\n\n\0'),
      text('client', 'UNSUBSCRIBE\nid:sub-0\n\n\0'),
      text('server', 'ERROR\nmessage:malformed frame\nreceipt-id:r2\n\nThe details\0'),
      text('client', 'DISCONNECT\n\n\0'),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, name, id, replyTo, stream }) => [type, name, id, replyTo, stream])).toEqual([
      ['control', 'CONNECT', undefined, undefined, undefined],
      ['control', 'CONNECTED', undefined, undefined, undefined],
      ['subscribe', '/topic/a', undefined, undefined, '"sub-0"'],
      ['call', '/topic/a', '"r1"', undefined, undefined],
      ['reply', 'RECEIPT', undefined, '"r1"', undefined],
      ['event', '/topic/a', undefined, undefined, '"sub-0"'],
      ['event', 'ACK', undefined, undefined, undefined],
      ['unsubscribe', 'UNSUBSCRIBE', undefined, undefined, '"sub-0"'],
      ['error', 'ERROR', undefined, '"r2"', undefined],
      ['control', 'DISCONNECT', undefined, undefined, undefined],
    ]);
    expect(units[3]).toMatchObject({
      summary: 'SEND /topic/a {"n":1.0}',
      payload: { form: 'json', content: '{"n":1.0}' },
    });
    expect(units[6]?.summary).toBe('ACK tx');
    expect(units[8]).toMatchObject({ error: 'malformed frame', payload: { form: 'text' } });
  });

  it('hides the passcode', () => {
    for (const command of ['CONNECT', 'STOMP']) {
      const unit = decodeOne('stomp', text('client', `${command}\npasscode:s3cret\nlogin:ann\n\n\0`));
      expect(JSON.stringify(unit)).not.toContain('s3cret');
      expect(unit.headers).toEqual([
        ['passcode', MASKED_VALUE],
        ['login', 'ann'],
      ]);
    }
    expect(MASKED_VALUE).toBe(MASK);
  });

  it('hides every CONNECT token, whatever its header, and Authorization elsewhere', () => {
    const opening =
      'CONNECT\nAuthorization:Bearer t0ken\nX-Auth-Token:t0ken\nX-CSRF-TOKEN:t0ken\nhost:h\n\n\0';
    const unit = decodeOne('stomp', text('client', opening));
    expect(unit.headers).toEqual([
      ['Authorization', MASKED_VALUE],
      ['X-Auth-Token', MASKED_VALUE],
      ['X-CSRF-TOKEN', MASKED_VALUE],
      ['host', 'h'],
    ]);
    // A header of a message that is called as a secret is data.
    const frames = [
      'SUBSCRIBE\nid:1\ndestination:/a\nauthorization:t0ken\nkey:k\n\n\0',
      'MESSAGE\nsubscription:1\nmessage-id:2\ndestination:/a\nAuthorization:t0ken\nsession:s\n\n\0',
    ];
    for (const [at, frame] of frames.entries()) {
      const { headers } = decodeOne('stomp', text(at === 0 ? 'client' : 'server', frame));
      expect(JSON.stringify(headers)).not.toContain('t0ken');
      expect(headers).toContainEqual(at === 0 ? ['key', 'k'] : ['session', 's']);
    }
  });

  it('may hold NUL in a body with a content-length, and may be binary', () => {
    const body = [...Buffer.from('MESSAGE\ndestination:/q\ncontent-length:4\n\n'), 0, 255, 0, 1, 0];
    const unit = decodeOne('stomp', binary('server', body));
    expect(unit.payload).toEqual({
      form: 'bytes',
      content: Buffer.from([0, 255, 0, 1]).toString('base64'),
      range: { start: body.length - 5, end: body.length - 1 },
    });
    const wrong = decodeAll('stomp', [text('server', 'MESSAGE\ncontent-length:1\n\nab\0')]);
    expect(wrong.problems).toMatchObject([{ code: 'decode.envelope', at: 27 }]);
  });

  it('shares a message with others, and spans messages', () => {
    const frames =
      'RECEIPT\nreceipt-id:1\n\n\0\nRECEIPT\nreceipt-id:2\n\n\0MESSAGE\ndestination:/a\n\nhello\0';
    const whole = decodeAll('stomp', [text('server', frames)]).units;
    expect(whole.map(({ replyTo, name }) => replyTo ?? name)).toEqual(['"1"', '"2"', '/a']);
    fc.assert(
      fc.property(fc.array(fc.nat(frames.length), { maxLength: 6 }), (cuts) => {
        const places = [0, ...cuts, frames.length].sort((a, b) => a - b);
        const parts = places.slice(1).map((end, index) => text('server', frames.slice(places[index], end)));
        const { units, problems } = decodeAll('stomp', parts);
        expect(problems).toEqual([]);
        const frameUnits = units.filter(({ heartbeat }) => heartbeat !== true);
        expect(frameUnits.map(({ replyTo, name }) => replyTo ?? name)).toEqual(['"1"', '"2"', '/a']);
        expect(payloadValue(frameUnits[2])).toBe('hello');
      }),
    );
  });

  it('escapes its headers by version', () => {
    const frame = 'MESSAGE\ndestination:/a\nk\\cey:a\\nb\\\\c\\rd\n\n\0';
    const value = (version: string) => {
      const reading = decoder();
      reading.decode(
        text('server', version === '1.0' ? 'CONNECTED\n\n\0' : `CONNECTED\nversion:${version}\n\n\0`),
      );
      return reading.decode(text('server', frame)).units[0];
    };
    expect(value('1.2')?.headers?.[1]).toEqual(['k:ey', 'a\nb\\c\rd']);
    expect(value('1.1')?.headers?.[1]).toEqual(['k:ey', 'a\nb\\c\\rd']);
    expect(value('1.1')?.problems).toMatchObject([
      { code: 'decode.envelope', message: expect.stringContaining('\\r') },
    ]);
    expect(value('1.0')?.headers?.[1]).toEqual(['k\\cey', 'a\\nb\\\\c\\rd']);
    expect(value('1.0')?.problems).toBeUndefined();
    // The headers of CONNECTED are not escaped.
    const connected = decodeOne('stomp', text('server', 'CONNECTED\nversion:1.2\nserver:a\\cb\n\n\0'));
    expect(connected.headers?.[1]).toEqual(['server', 'a\\cb']);
  });

  it('is a heartbeat if it has only line ends', () => {
    for (const beat of ['\n', '\r\n']) {
      expect(decodeOne('stomp', text('server', beat))).toMatchObject({
        type: 'control',
        heartbeat: true,
        summary: 'heart-beat',
      });
    }
    expect(decodeAll('stomp', [text('server', 'RECEIPT\nreceipt-id:1\n\n\0\n\n')]).units).toHaveLength(1);
  });

  it('keeps the version over a checkpoint', () => {
    const first = decoder();
    first.decode(text('server', 'CONNECTED\nversion:1.1\n\n\0'));
    first.decode(text('server', 'MESSAGE\ndestination:/a\\r'));
    const later = protocol('stomp').createDecoder(at(''), first.checkpoint());
    const { units } = later.decode(text('server', '\n\nend\0'));
    expect(units[0]?.name).toBe('/a\\r');
    expect(payloadValue(units[0])).toBe('end');
  });

  it('is reported if it is invalid or too long', () => {
    const problemOf = (content: string) => decodeAll('stomp', [text('server', content)]).problems;
    expect(problemOf('{"a":1}')).toMatchObject([{ code: 'decode.envelope', at: 0 }]);
    expect(problemOf('SENDING\n\n\0')).toMatchObject([{ code: 'decode.envelope', at: 0 }]);
    expect(problemOf('SEND\ndestination:/a\0')).toMatchObject([{ code: 'decode.envelope', at: 19 }]);
    expect(problemOf(`SEND\ncontent-length:${MAX_DECODED_BYTES}\n\n\0`)).toMatchObject([
      { code: 'decode.limit' },
    ]);
    const many = `SEND\n${'a:b\n'.repeat(MAX_HEADERS + 1)}\n\0`;
    const unit = decodeOne('stomp', text('client', many));
    expect(unit.headers).toHaveLength(MAX_HEADERS);
    expect(unit.problems).toMatchObject([
      { code: 'decode.limit', message: expect.stringContaining(String(MAX_HEADERS)) },
    ]);
    const invalid = decodeOne('stomp', binary('server', [...Buffer.from('SEND\na:'), 0xff, 10, 10, 0]));
    expect(invalid.problems).toMatchObject([{ code: 'decode.utf8' }]);
  });
});

describe('the STOMP client', () => {
  const connected = (version: string, beats = '0,0') =>
    text('server', `CONNECTED\nversion:${version}\nheart-beat:${beats}\n\n\0`);

  it('connects automatically, or with the headers of @connect', () => {
    const own = peer('');
    expect(textOf(own.start(true)[0])).toBe(
      'CONNECT\naccept-version:1.0,1.1,1.2\nhost:host.example\nheart-beat:10000,10000\n\n\0',
    );
    expect(own.opening).toEqual({ state: 'waiting' });
    const given = peer('v11.stomp');
    expect(given.start(false)).toEqual([]);
    expect(
      said(given, 'connect', {
        headers: [
          ['host', '/'],
          ['passcode', 'a:b'],
        ],
      }).text,
    ).toBe('CONNECT\naccept-version:1.1\nheart-beat:10000,10000\nhost:/\npasscode:a:b\n\n\0');
    given.receive(text('server', 'CONNECTED\nversion:1.1\n'));
    expect(given.opening).toEqual({ state: 'waiting' });
    given.receive(text('server', '\n\0'));
    expect(given.opening).toEqual({ state: 'accepted' });
    expect(textOf(given.finish()[0])).toBe('DISCONNECT\n\n\0');
    said(given, 'disconnect');
    expect(given.finish()).toEqual([]);
  });

  it('reports why it was refused', () => {
    const refused = peer();
    refused.start(true);
    refused.receive(text('server', 'ERROR\nmessage:Bad CONNECT\n\nVirtual host\0'));
    expect(refused.opening).toEqual({
      state: 'refused',
      reason: 'The server refused the STOMP session: Bad CONNECT: Virtual host.',
    });
  });

  it.each([
    ['0,0', undefined],
    ['0,4000', 10_000],
    ['0,30000', 30_000],
    ['5000,0', undefined],
    ['nonsense', undefined],
  ])('sends heartbeats at the agreed interval: %s', (beats, interval) => {
    const client = peer();
    client.start(true);
    client.receive(connected('1.2', beats));
    expect(client.beatInterval).toBe(interval);
    expect(textOf(client.beat()[0])).toBe('\n');
  });

  it('escapes headers by version, and reports those that it cannot write', () => {
    const header = { arguments: ['/a'], headers: [['k:ey', 'a\nb\\c\rd']] };
    const client = peer('');
    client.start(true);
    client.receive(connected('1.2'));
    expect(said(client, 'send', header).text).toBe('SEND\ndestination:/a\nk\\cey:a\\nb\\\\c\\rd\n\n\0');
    const old = peer('v10.stomp');
    expect(old.encode(call('send', header as never))).toMatchObject({
      problem: expect.stringContaining('STOMP 1.0'),
    });
    const character = fc.constantFrom(':', '\\', '\n', 'c', 'é', ' ', '🙂', '{');
    const roundTrip = fc.property(
      fc.constantFrom('v11.stomp', 'v12.stomp'),
      fc.string({ unit: character, minLength: 1 }),
      fc.string({ unit: character }),
      fc.string({ unit: character }),
      (subprotocol, name, value, body) => {
        const { messages } = said(peer(subprotocol), 'send', {
          arguments: ['/queue/a:b'],
          headers: [[name, value]],
          body,
        });
        const { units, problems } = decoder(subprotocol).decode(sent('client', messages)[0]!);
        expect(problems).toEqual([]);
        expect(units[0]).toMatchObject({ type: 'event', name: '/queue/a:b' });
        expect(units[0]?.headers).toContainEqual([name, value]);
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(units[0]?.payload?.read())).toBe(body);
      },
    );
    fc.assert(roundTrip, { numRuns: 200 });
  });

  it('sends bytes as binary, with their length', () => {
    const bytes = Uint8Array.from([0, 255, 0]);
    const { messages } = said(peer(), 'send', { arguments: ['/a'], bytes });
    expect(messages[0]?.kind).toBe('binary');
    const { units } = decoder().decode(sent('client', messages)[0]!);
    expect(units[0]?.payload?.read()).toEqual(bytes);
  });

  it('counts receipts, subscriptions and transactions', () => {
    const client = peer();
    expect(said(client, 'subscribe', { arguments: ['/topic/a'], options: { ack: 'client' } }).text).toBe(
      'SUBSCRIBE\nid:sub-0\ndestination:/topic/a\nack:client\n\n\0',
    );
    expect(said(client, 'subscribe', { arguments: ['/topic/b'] }).text).toContain('id:sub-1');
    expect(said(client, 'unsubscribe', { arguments: ['/topic/a'] }).text).toBe('UNSUBSCRIBE\nid:sub-0\n\n\0');
    expect(said(client, 'unsubscribe').text).toBe('UNSUBSCRIBE\nid:sub-1\n\n\0');
    expect(client.encode(call('unsubscribe'))).toMatchObject({
      problem: expect.stringMatching(/needs a destination/),
    });
    const asked = said(client, 'send', { arguments: ['/a'], body: 'x', beside: ['receipt'] });
    expect(asked.awaits).toBe('"receipt-1"');
    expect(asked.text).toContain('receipt:receipt-1');
    const named = said(client, 'send', { arguments: ['/a'], headers: [['receipt', 'mine']] });
    expect(named.awaits).toBe('"mine"');
    expect(client.encode(call('commit'))).toMatchObject({ problem: expect.stringMatching(/transaction/) });
    expect(said(client, 'begin').text).toContain('transaction:tx-1');
    expect(said(client, 'abort').text).toContain('transaction:tx-1');
    expect(said(client, 'commit', { arguments: ['other'] }).text).toContain('transaction:other');
    expect(client.encode(call('receipt'))).toMatchObject({ problem: expect.stringMatching(/beside/) });
  });

  it('acknowledges the message of its step, by the header of the version', () => {
    const message = 'MESSAGE\nsubscription:s\nmessage-id:m\nack:a\ndestination:/q\n\n\0';
    const expected = {
      'v12.stomp': 'id:a',
      'v11.stomp': 'message-id:m\nsubscription:s',
      'v10.stomp': 'message-id:m',
    };
    for (const [subprotocol, headers] of Object.entries(expected)) {
      const taken = decoder(subprotocol).decode(text('server', message)).units[0];
      expect(said(peer(subprotocol), 'ack', { taken }).text).toBe(`ACK\n${headers}\n\n\0`);
    }
    expect(peer('v10.stomp').encode(call('nack', { arguments: ['1'] }))).toMatchObject({
      problem: 'STOMP 1.0 has no NACK.',
    });
    const receipt = decoder().decode(text('server', 'RECEIPT\nreceipt-id:1\n\n\0')).units[0];
    expect(peer().encode(call('ack', { taken: receipt }))).toMatchObject({
      problem: expect.stringContaining('the step took none'),
    });
  });
});

describe('the STOMP server', () => {
  it('answers CONNECT, sends receipts, and sends to the subscription of a destination', () => {
    const server = peer('', 'server');
    expect(server.start(true)).toEqual([]);
    const hears = (content: string) => server.receive(text('client', content)).map(textOf);
    expect(hears('CONNECT\naccept-version:1.0,1.1\n\n\0')).toEqual([
      'CONNECTED\nversion:1.1\nheart-beat:0,0\n\n\0',
    ]);
    expect(hears('SUBSCRIBE\nid:7\ndestination:/t\nreceipt:r\n\n\0')).toEqual([
      'RECEIPT\nreceipt-id:r\n\n\0',
    ]);
    expect(said(server, 'message', { arguments: ['/t'], body: 'hi' }).text).toBe(
      'MESSAGE\ncontent-length:2\nsubscription:7\nmessage-id:1\ndestination:/t\n\nhi\0',
    );
  });
});

describe('the recognition of STOMP', () => {
  it.each([
    [{ subprotocol: 'v11.stomp', messages: [] }, 'STOMP: subprotocol v11.stomp'],
    [
      { subprotocol: '', messages: [text('client', 'CONNECT\naccept-version:1.2\n\n\0')] },
      'STOMP: first frame CONNECT',
    ],
    [{ subprotocol: '', messages: [text('client', 'CONNECT to me')] }, undefined],
    [{ subprotocol: 'stomp2', messages: [text('client', '\n')] }, undefined],
  ])('gives a reason or none for %j', (evidence, reason) => {
    expect(detectProtocol({ url: 'ws://localhost/', ...evidence })?.reason).toBe(reason);
  });
});
