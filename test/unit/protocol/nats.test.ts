import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECODED_BYTES, MAX_HEADERS, MAX_TOPIC_FILTERS } from '../../../src/core/protocol/limits.ts';
import { MAX_LINE_BYTES } from '../../../src/core/protocol/nats/natsLine.ts';
import { detectProtocol } from '../../../src/core/protocol/registry.ts';
import { MASKED_VALUE } from '../../../src/core/protocol/unit.ts';
import {
  binary,
  call,
  context,
  countingPorts,
  decodeAll,
  payloadValue,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';

const peer = (role: 'client' | 'server' = 'client') =>
  protocol('nats').createPeer(context('nats'), role, countingPorts());
const said = (of: ReturnType<typeof peer>, verb: string, parts = {}): string => {
  const encoded = of.encode(call(verb, parts));
  return 'problem' in encoded ? encoded.problem : encoded.messages.map(textOf).join('');
};
const one = (from: 'client' | 'server', line: string) => {
  const { units, problems } = decodeAll('nats', [text(from, line)]);
  return units[0] ?? problems[0]?.message;
};

// The examples of docs.nats.io/reference/reference-protocols/nats-protocol.
describe('a message of NATS', () => {
  it.each([
    [
      'client',
      'PUB FOO 11\r\nHello NATS!\r\n',
      { type: 'event', name: 'FOO', summary: 'PUB FOO Hello NATS!' },
    ],
    [
      'client',
      'PUB FRONT.DOOR JOKE.22 11\r\nKnock Knock\r\n',
      { type: 'call', name: 'FRONT.DOOR', id: '"JOKE.22"' },
    ],
    ['client', 'PUB NOTIFY 0\r\n\r\n', { type: 'event', name: 'NOTIFY' }],
    [
      'client',
      'HPUB FOO 22 33\r\nNATS/1.0\r\nBar: Baz\r\n\r\nHello NATS!\r\n',
      { type: 'event', name: 'FOO', headers: [['Bar', 'Baz']], payload: { content: 'Hello NATS!' } },
    ],
    [
      'client',
      'HPUB FRONT.DOOR JOKE.22 45 56\r\nNATS/1.0\r\nBREAKFAST: donut\r\nLUNCH: burger\r\n\r\nKnock Knock\r\n',
      {
        type: 'call',
        id: '"JOKE.22"',
        headers: [
          ['BREAKFAST', 'donut'],
          ['LUNCH', 'burger'],
        ],
      },
    ],
    ['client', 'SUB FOO 1\r\n', { type: 'subscribe', name: 'FOO', stream: '"1"' }],
    ['client', 'SUB BAR G1 44\r\n', { type: 'subscribe', name: 'BAR', stream: '"44"' }],
    ['client', 'UNSUB 1\r\n', { type: 'unsubscribe', stream: '"1"' }],
    ['client', 'UNSUB 1 5\r\n', { type: 'unsubscribe', stream: '"1"', summary: 'UNSUB 1 after 5' }],
    ['server', 'MSG FOO.BAR 9 11\r\nHello World\r\n', { type: 'event', name: 'FOO.BAR', stream: '"9"' }],
    ['server', 'MSG FOO.BAR 9 GREETING.34 11\r\nHello World\r\n', { type: 'call', id: '"GREETING.34"' }],
    [
      'server',
      'HMSG FOO.BAR 9 34 45\r\nNATS/1.0\r\nFoodGroup: vegetable\r\n\r\nHello World\r\n',
      { type: 'event', headers: [['FoodGroup', 'vegetable']], payload: { content: 'Hello World' } },
    ],
    ['server', 'PING\r\n', { type: 'control', name: 'PING', heartbeat: true }],
    ['client', 'PONG\r\n', { type: 'control', name: 'PONG', heartbeat: true }],
    ['server', '+OK\r\n', { type: 'control', name: '+OK' }],
    [
      'server',
      "-ERR 'Unknown Protocol Operation'\r\n",
      { type: 'error', error: 'Unknown Protocol Operation' },
    ],
    [
      'server',
      'INFO {"server_id":"A","proto":1}\r\n',
      { type: 'control', name: 'INFO', payload: { form: 'json' } },
    ],
    [
      'client',
      'pub\tFOO\t 2\r\n{}\r\n',
      { type: 'event', name: 'FOO', payload: { form: 'json', content: '{}' } },
    ],
    ['client', 'PING\n', { type: 'control', name: 'PING' }],
  ] as const)('%s: %j', (from, line, unit) => {
    expect(one(from, line)).toMatchObject(unit);
  });

  it('has its subscription, its reply, and a status for a request that nobody answers', () => {
    const { units } = decodeAll('nats', [
      text('client', 'SUB inbox.* 1\r\nPUB time inbox.1 0\r\n\r\n'),
      text('server', 'MSG inbox.1 1 5\r\n12:00\r\n'),
      text('client', 'PUB nobody inbox.2 0\r\n\r\nUNSUB 1\r\n'),
      text('server', 'HMSG inbox.2 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n'),
    ]);
    expect(
      units.map(({ type, name, id, replyTo, stream, error }) => [type, name, id ?? replyTo, stream, error]),
    ).toEqual([
      ['subscribe', 'inbox.*', undefined, '"1"', undefined],
      ['call', 'time', '"inbox.1"', undefined, undefined],
      ['reply', 'inbox.1', '"inbox.1"', '"1"', undefined],
      ['call', 'nobody', '"inbox.2"', undefined, undefined],
      ['unsubscribe', 'inbox.*', undefined, '"1"', undefined],
      ['error', 'inbox.2', '"inbox.2"', '"1"', '503 No Responders'],
    ]);
  });

  it('shows no password', () => {
    const unit = one('client', 'CONNECT {"user":"ann","pass":"s3cret","auth_token":"t0ken"}\r\n');
    expect(payloadValue(unit as never)).toEqual({
      user: 'ann',
      pass: MASKED_VALUE,
      auth_token: MASKED_VALUE,
    });
    expect(JSON.stringify(unit)).not.toMatch(/s3cret|t0ken/);
    expect(one('client', 'CONNECT {oops\r\n')).toMatchObject({ payload: { form: 'text' } });
    for (const broken of ['INFO \0"a":1}', 'INFO {"a":1', 'INFO ', 'CONNECT {"a":1}}'])
      expect(one('server', `${broken}\r\n`), broken).not.toMatchObject({ payload: { form: 'json' } });
    expect(one('server', 'INFO {"a":1}}\r\n')).toMatchObject({
      problems: [{ message: expect.stringMatching(/^Not JSON/) as string }],
    });
  });

  it('may share a message with others and span messages, for any boundaries', () => {
    const lines =
      'SUB a 1\r\nPUB a r 3\r\nx\r\n\r\nPING\r\nHPUB a 22 27\r\nNATS/1.0\r\nBar: Baz\r\n\r\nhello\r\n';
    const whole = decodeAll('nats', [text('client', lines)]).units.map(({ summary }) => summary);
    expect(whole).toHaveLength(4);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: lines.length - 1 }), { maxLength: 8 }), (cuts) => {
        const ends = [0, ...cuts.sort((a, b) => a - b), lines.length];
        const parts = ends.slice(1).map((end, index) => text('client', lines.slice(ends[index], end)));
        const { units, problems } = decodeAll('nats', parts);
        expect(problems).toEqual([]);
        expect(units.map(({ summary }) => summary)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps subscriptions and requests over a checkpoint', () => {
    const first = protocol('nats').createDecoder(context('nats'));
    first.decode(text('client', 'SUB a.* 1\r\nPUB b a.1 0\r\n\r\nPUB a'));
    const next = protocol('nats').createDecoder(context('nats'), first.checkpoint());
    expect(next.decode(text('client', ' 0\r\n\r\nUNSUB 1\r\n')).units.map(({ name }) => name)).toEqual([
      'a',
      'a.*',
    ]);
    expect(next.decode(text('server', 'MSG a.1 1 0\r\n\r\n')).units[0]).toMatchObject({ type: 'reply' });
  });

  it('keeps no more requests than its limit', () => {
    const decoder = protocol('nats').createDecoder(context('nats'));
    for (let at = 0; at <= MAX_TOPIC_FILTERS; at++) decoder.decode(text('client', `PUB a r.${at} 0\r\n\r\n`));
    const typeOf = (at: number) => decoder.decode(text('server', `MSG r.${at} 1 0\r\n\r\n`)).units[0]?.type;
    expect([typeOf(0), typeOf(MAX_TOPIC_FILTERS)]).toEqual(['event', 'reply']);
  });

  it.each([
    ['HELLO\r\n', 'No operation of NATS starts here, such as PUB or MSG.'],
    ['\x00\x01', 'No operation of NATS starts here, such as PUB or MSG.'],
    ['PUBLISH a 1\r\n', 'No operation of NATS starts here, such as PUB or MSG.'],
    ['PUB a\r\n', 'The line “PUB a” does not have the subject and the sizes of PUB.'],
    ['PUB a b c 1\r\n', 'The line “PUB a b c 1” does not have the subject and the sizes of PUB.'],
    ['PUB a -1\r\n', 'The line “PUB a -1” does not have the subject and the sizes of PUB.'],
    ['HPUB a 5 4\r\n', 'The line “HPUB a 5 4” does not have the subject and the sizes of HPUB.'],
    ['PUB a 2\r\nabcd', 'The payload of PUB has 2 bytes and must end with a line end.'],
    ['PUB a 99999999999\r\n', 'The line “PUB a 99999999999” does not have the subject and the sizes of PUB.'],
  ])('that is invalid is a problem: %j', (line, said) => {
    expect(one('client', line)).toBe(said);
  });

  it('reports invalid headers, and keeps the payload', () => {
    expect(one('client', 'HPUB a 9 10\r\nHTTP/1.1\nx\r\n')).toMatchObject({
      payload: { content: 'x' },
      problems: [
        { code: 'decode.envelope', message: 'The headers do not begin with NATS/1.0 but with “HTTP/1.1\n”.' },
      ],
    });
    expect(one('client', 'HPUB a 16 16\r\nNATS/1.0\r\nabcd\r\n\r\n')).toMatchObject({
      problems: [{ message: 'The header “abcd” has no colon.' }],
    });
    const many = `NATS/1.0\r\n${'a:b\r\n'.repeat(MAX_HEADERS + 1)}\r\n`;
    expect(one('client', `HPUB a ${many.length} ${many.length}\r\n${many}\r\n`)).toMatchObject({
      problems: [{ code: 'decode.limit' }],
    });
  });

  it('has lines and payloads of a bounded size', () => {
    const long = decodeAll('nats', [text('server', `INFO ${'x'.repeat(MAX_LINE_BYTES)}`)]);
    expect(long.problems).toMatchObject([
      { code: 'decode.limit', message: expect.stringContaining('A line of more than') },
    ]);
    const huge = decodeAll('nats', [text('client', `PUB a ${MAX_DECODED_BYTES}\r\n`)]);
    expect(huge.problems).toMatchObject([{ code: 'decode.limit' }]);
  });
});

describe('NATS', () => {
  it('is recognised by INFO of the server', () => {
    const detect = (message: ReturnType<typeof text>) =>
      detectProtocol({ url: 'ws://a.test', subprotocol: '', messages: [message] })?.reason;
    expect(detect(text('server', 'INFO {"server_id":"A"}\r\n'))).toBe('NATS: first message INFO');
    expect(detect(binary('server', Buffer.from('INFO {"server_id":"A"}\r\n')))).toBe(
      'NATS: first message INFO',
    );
    expect(detect(text('client', 'INFO {"server_id":"A"}\r\n'))).toBeUndefined();
    expect(detect(text('server', 'INFO: {'))).toBeUndefined();
  });
});

describe('a client of NATS', () => {
  const info = 'INFO {"server_id":"A"}\r\n';

  it('connects after INFO, waits for PONG, and answers PING', () => {
    const client = peer();
    expect(client.start(true)).toEqual([]);
    const opened = client.receive(text('server', info.slice(0, 8)));
    expect([opened, client.opening.state]).toEqual([[], 'waiting']);
    const answers = client.receive(text('server', info.slice(8))).map(textOf);
    expect(answers).toEqual([
      'CONNECT {"verbose":false,"pedantic":false,"lang":"duplex","version":"1","protocol":1,"headers":true,"no_responders":true}\r\n',
      'PING\r\n',
    ]);
    expect(client.receive(text('server', info))).toEqual([]);
    expect(client.receive(text('server', 'PONG\r\n'))).toEqual([]);
    expect(client.opening.state).toBe('accepted');
    expect(client.receive(text('server', 'PING\r\nPING\r\n')).map(textOf)).toEqual(['PONG\r\n', 'PONG\r\n']);
    expect([client.beatInterval, client.beat(), client.finish()]).toEqual([undefined, [], []]);
  });

  it('reports why it was refused', () => {
    const client = peer();
    client.start(true);
    client.receive(text('server', `${info}-ERR 'Authorization Violation'\r\n`));
    expect(client.opening).toEqual({
      state: 'refused',
      reason: 'The server refused the connection: Authorization Violation.',
    });
  });

  it('leaves the opening to @connect', () => {
    const client = peer();
    client.start(false);
    expect(client.receive(text('server', info))).toEqual([]);
    expect(said(client, 'connect', { body: '{"user": "ann", "pass": "x", "verbose": true}' })).toBe(
      'CONNECT {"verbose":true,"pedantic":false,"lang":"duplex","version":"1","protocol":1,"headers":true,"no_responders":true,"user":"ann","pass":"x"}\r\nPING\r\n',
    );
    expect(client.opening.state).toBe('waiting');
  });

  it.each([
    ['publish', { arguments: ['a.b'], body: '{"n":1}' }, 'PUB a.b 7\r\n{"n":1}\r\n'],
    ['publish', { arguments: ['a.b', 'inbox.1'], body: 'é' }, 'PUB a.b inbox.1 2\r\né\r\n'],
    ['publish', { arguments: ['a'] }, 'PUB a 0\r\n\r\n'],
    [
      'publish',
      { arguments: ['a', 'r'], body: 'x', headers: [['Bar', 'Baz']] },
      'HPUB a r 22 23\r\nNATS/1.0\r\nBar: Baz\r\n\r\nx\r\n',
    ],
    ['subscribe', { arguments: ['a.*'] }, 'SUB a.* 1\r\n'],
    ['subscribe', { arguments: ['a.>'], options: { queue: 'G1' } }, 'SUB a.> G1 1\r\n'],
    [
      'publish',
      { arguments: ['a..b'] },
      '“a..b” is not a subject of NATS: write names without blanks, with dots between them.',
    ],
    [
      'publish',
      { arguments: ['a'], headers: [['a', 'b\r\nc']] },
      'A header of NATS has a name without blanks and colons, and a value of one line.',
    ],
    ['publish', {}, '@publish needs a subject: @publish orders.new inbox.1'],
    ['unsubscribe', {}, '@unsubscribe needs a subject: no verb before it named one.'],
    [
      'unsubscribe',
      { arguments: ['x'] },
      '@unsubscribe ends a subscription of this connection, and x is none.',
    ],
    ['connect', { body: '[]' }, 'The payload of @connect must be a JSON object.'],
    ['request', {}, 'NATS has no verb @request.'],
  ])('@%s %j', (verb, parts, line) => {
    expect(said(peer(), verb, parts)).toBe(line);
  });

  it('sends bytes as they are, and waits for the reply', () => {
    const encoded = peer().encode(
      call('publish', { arguments: ['a', 'r.1'], bytes: Uint8Array.of(0, 13, 10, 255) }),
    );
    expect(encoded).toMatchObject({ awaits: '"r.1"' });
    expect('messages' in encoded && Buffer.from(encoded.messages[0]!.data).toString('latin1')).toBe(
      'PUB a r.1 4\r\n\0\r\n\xff\r\n',
    );
    expect(peer().encode(call('publish', { arguments: ['a'] }))).toMatchObject({ awaits: undefined });
  });

  it('ends the subscription of a subject, by default the last', () => {
    const client = peer();
    for (const subject of ['a', 'b', 'c']) said(client, 'subscribe', { arguments: [subject] });
    expect(said(client, 'unsubscribe', { arguments: ['b'] })).toBe('UNSUB 2\r\n');
    expect([said(client, 'unsubscribe'), said(client, 'unsubscribe')]).toEqual([
      'UNSUB 3\r\n',
      'UNSUB 1\r\n',
    ]);
  });

  it('is read back unchanged by the decoder', () => {
    const name = fc.stringMatching(/^[a-z*]{1,5}(\.[a-z]{1,5}){0,2}$/);
    const header = fc.tuple(fc.stringMatching(/^[A-Za-z-]{1,8}$/), fc.stringMatching(/^[!-~]{0,12}$/));
    fc.assert(
      fc.property(
        name,
        fc.option(name),
        fc.uint8Array({ maxLength: 60 }),
        fc.array(header),
        (subject, reply, bytes, headers) => {
          const encoded = peer().encode(
            call('publish', { arguments: [subject, ...(reply === null ? [] : [reply])], bytes, headers }),
          );
          if ('problem' in encoded) throw new Error(encoded.problem);
          const decoder = protocol('nats').createDecoder(context('nats'));
          const { units, problems } = decoder.decode(sent('client', encoded.messages)[0]!);
          expect(problems).toEqual([]);
          expect(units).toMatchObject([{ name: subject, ...(headers.length > 0 && { headers }) }]);
          expect(units[0]?.id).toBe(encoded.awaits);
          expect([...(units[0]!.payload?.read() ?? [])]).toEqual([...bytes]);
        },
      ),
    );
  });
});

describe('a server of NATS', () => {
  it('sends INFO, answers PING, and delivers by its subscriptions', () => {
    const server = peer('server');
    expect(server.start(true).map(textOf)).toEqual([
      expect.stringMatching(/^INFO \{"server_id":"DUPLEX",.*\}\r\n$/),
    ]);
    expect(server.receive(text('client', 'CONNECT {}\r\nPING\r\n')).map(textOf)).toEqual(['PONG\r\n']);
    server.receive(text('client', 'SUB a.* 7\r\nSUB b.> 8\r\n'));
    const message = (subject: string) => said(server, 'message', { arguments: [subject], body: 'x' });
    expect(message('a.b')).toBe('MSG a.b 7 1\r\nx\r\n');
    expect(message('b.c.d')).toBe('MSG b.c.d 8 1\r\nx\r\n');
    expect(message('b')).toBe('MSG b 1 1\r\nx\r\n');
    expect(said(server, 'message', { arguments: ['a.b', 'r'], body: 'x', headers: [['k', 'v']] })).toBe(
      'HMSG a.b 7 r 18 19\r\nNATS/1.0\r\nk: v\r\n\r\nx\r\n',
    );
  });
});
