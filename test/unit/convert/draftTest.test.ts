import { describe, expect, it } from 'vitest';
import type { RecordedMessage } from '../../../src/shared/recordProtocol.ts';
import { draftTest, type DraftSource } from '../../../src/core/convert/draft/draftTest.ts';
import { leavesOf, literalOf, subjectOf } from '../../../src/core/convert/draft/jsonLeaves.ts';
import {
  isVolatileKey,
  isVolatileNumber,
  isVolatileString,
} from '../../../src/core/convert/draft/volatile.ts';
import { printRequestFile } from '../../../src/core/request/print/printRequest.ts';
import { CONNECT } from '../protocol/support/mqttReference.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';

const UUID = 'b3f1c2d4-0000-4000-8000-00000000abcd';

type Said = readonly ['in' | 'out', string | object | Uint8Array];

const said = (direction: 'in' | 'out', what: Said[1]): RecordedMessage => ({
  direction,
  kind: what instanceof Uint8Array ? 'binary' : 'text',
  data:
    what instanceof Uint8Array
      ? what
      : new TextEncoder().encode(typeof what === 'string' ? what : JSON.stringify(what)),
});

/** The steps of a draft as they are printed; the file has no error. */
function drafted(messages: readonly Said[], more: Partial<DraftSource> = {}): string {
  const secrets = new Map<string, string | undefined>();
  const request = draftTest(
    {
      name: 'test',
      url: 'ws://127.0.0.1:9/feed',
      requestHeaders: [],
      protocol: 'auto',
      subprotocol: '',
      messages: messages.map(([direction, what]) => said(direction, what)),
      ...more,
    },
    secrets,
  );
  const { text } = printRequestFile({ notes: [], variables: [], requests: [request], secrets });
  const errors = analyzeRequestFile(text).diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors, text).toEqual([]);
  return text;
}

describe('a wait', () => {
  it('waits for the members that identify a message, and checks the others', () => {
    const text = drafted([
      ['in', { type: 'tick', channel: 'BTC', open: true, side: null, list: [], deep: { a: 'x' } }],
    ]);
    expect(text).toContain(
      [
        '=== wait-for-server',
        '# @where $.type == "tick"',
        '# @where $.channel == "BTC"',
        '# @expect $.open == true',
        '# @expect $.side == null',
        '# @expect $.list isType "array"',
        '# @expect $.deep.a == "x"',
      ].join('\n'),
    );
  });

  it('waits for the sent id, or for the members if nothing names the message', () => {
    const text = drafted([
      ['out', { id: 17, get: 'price' }],
      ['in', { id: 17, is: 'cheap' }],
      ['in', { alone: 'x' }],
      ['in', [{ a: 1 }, 2]],
      ['in', {}],
    ]);
    expect(text).toContain('# @where $.id == 17\n# @expect $.is == "cheap"');
    expect(text).toContain('# @where $.alone exists\n');
    expect(text).toContain('# @where $[0] exists\n# @where $[1] exists\n');
    expect(text).toContain('# @where $ isType "object"\n');
  });

  it('looks for the whole text, or for its beginning up to a number', () => {
    const text = drafted([
      ['out', 'echo 7'],
      ['in', 'echo 7'],
      ['in', 'pong'],
      ['in', 'count: 12 of 90'],
      ['in', '12'],
      ['in', 'x'.repeat(300)],
      ['in', Uint8Array.of(1, 2)],
      ['in', 'say {{this}} "now"'],
    ]);
    expect(text).toContain('# @where text == "echo 7"');
    expect(text).toContain('# @where text == "pong"');
    expect(text).toContain('# @where text startsWith "count: "');
    expect(text.match(/# @where kind == "text"/g)).toHaveLength(2);
    expect(text).toContain('# @where kind == "binary"');
    expect(text).toContain(String.raw`# @where text == "say \{{this}} \"now\""`);
  });

  it('is left out after three similar messages, until something is sent', () => {
    const tick: Said = ['in', { type: 'tick' }];
    const text = drafted([tick, tick, tick, tick, tick, ['out', 'more'], tick]);
    expect(text.match(/# @where \$\.type == "tick"/g)).toHaveLength(4);
    expect(text).toContain('# 2 more messages like the one before were received, and are not waited for.');
  });

  it('is merged with the message sent after it', () => {
    expect(
      drafted([
        ['in', 'hello'],
        ['out', 'world'],
      ]),
    ).toContain('=== wait-for-server\n# @where text == "hello"\nworld\n');
  });

  it('expects the close of the server, with its code, and sends that of the client', () => {
    const close = { code: 4000, reason: 'bye {{x}}' };
    expect(drafted([['in', 'a']], { close: { direction: 'in', ...close } })).toContain(
      '# @where kind == "close"\n# @expect close.code == 4000',
    );
    expect(drafted([['in', 'a']], { close: { direction: 'out', ...close } })).toContain(
      '# @close 4000 bye x',
    );
    for (const code of [1000, 1005, 1006])
      expect(drafted([['in', 'a']], { close: { direction: 'out', code, reason: '' } })).not.toContain(
        'close',
      );
  });
});

describe('values that change', () => {
  it('are checked by their type', () => {
    const text = drafted([
      [
        'in',
        {
          type: 'a',
          id: UUID,
          at: '2026-11-03T12:00:00Z',
          ts: 1_790_000_000_000,
          seq: 4,
          ratio: 0.25,
          orderId: 12,
          word: 'nH3XzqGTUkypAAqBcCdD',
          name: 'stays',
          size: 3,
        },
      ],
    ]);
    for (const key of ['at', 'word', 'id']) expect(text).toContain(`$.${key} isType "string"`);
    for (const key of ['ts', 'seq', 'ratio', 'orderId']) expect(text).toContain(`$.${key} isType "number"`);
    expect(text).toContain('# @expect $.size == 3');
  });

  it('are numbers that differ between messages', () => {
    const text = drafted([
      ['in', { type: 'a', level: 4 }],
      ['in', { type: 'a', level: 5 }],
    ]);
    expect(text).not.toContain('$.level ==');
  });

  it('are checked if the client sent them', () => {
    const text = drafted([
      ['out', { ts: 1_790_000_000_000, ref: UUID }],
      ['in', { type: 'echo', ts: 1_790_000_000_000, ref: UUID }],
    ]);
    expect(text).toContain('# @expect $.ts == 1790000000000');
    expect(text).toContain(`$.ref == "${UUID}"`);
  });

  it.each(['id', 'userId', 'user_id', 'createdAt', 'seq', 'expires', 'X-Trace-Id', 'updatedOn'])(
    'are recognised by a name such as %s',
    (key) => expect(isVolatileKey(key)).toBe(true),
  );
  it.each(['type', 'state', 'format', 'on', 'at', 'android', 'valid', 'side'])(
    'are not recognised by a name such as %s',
    (key) => expect(isVolatileKey(key)).toBe(false),
  );
  it.each([UUID, `user:${UUID}`, '2026-11-03', '12:00:01', '1790000000', 'deadbeefcafe', '127.0.0.1:49152'])(
    'are recognised by a text such as %s',
    (text) => expect(isVolatileString(text)).toBe(true),
  );
  it.each([
    'open',
    'orderStatusChanged',
    'BTC-USD',
    'v1.2.3',
    'Hello, world',
    'a rather long sentence of words',
    '',
  ])('are not recognised by a text such as %j', (text) => expect(isVolatileString(text)).toBe(false));
  it('include fractions and times', () => {
    expect([0.5, 1e9, 1_790_000_000_000, NaN].every(isVolatileNumber)).toBe(true);
    expect([0, -1, 42, 999_999].some(isVolatileNumber)).toBe(false);
  });
});

describe('a server value that the client sends back', () => {
  it('is captured once, then sent and expected by its name', () => {
    const text = drafted([
      ['in', { type: 'hello', session: UUID, other: 'x' }],
      ['out', { op: 'a', session: UUID, note: `by ${UUID}` }],
      ['in', { type: 'done', session: UUID }],
      ['out', `bye ${UUID}`],
    ]);
    expect(text).toContain('# @capture session = $.session');
    expect(text).toContain('{"op":"a","session":"{{session}}","note":"by {{session}}"}');
    expect(text).toContain('# @expect $.session == "{{session}}"');
    expect(text).toContain('bye {{session}}\n');
    expect(text).not.toContain(UUID);
    expect(text.match(/@capture/g)).toHaveLength(1);
  });

  it('is a number only if it is an identifier', () => {
    const text = drafted([
      ['in', { type: 'made', orderId: 5 }],
      ['out', { op: 'cancel', orderId: 5, amount: 5 }],
    ]);
    expect(text).toContain('# @capture orderId = $.orderId');
    expect(text).toContain('{"op":"cancel","orderId":{{orderId}},"amount":5}');
  });

  it('is never a value that the client sent first, nor a short word', () => {
    const text = drafted([
      ['out', { room: 'lobby-number-one' }],
      ['in', { type: 'joined', room: 'lobby-number-one', side: 'buy' }],
      ['out', { room: 'lobby-number-one', side: 'buy' }],
    ]);
    expect(text).not.toContain('@capture');
    expect(text).toContain('# @expect $.room == "lobby-number-one"');
  });

  it('gets a name of its own beside another', () => {
    const [a, b] = [UUID, UUID.replace('b3', 'c4')];
    const text = drafted([
      ['in', { one: { id: a }, two: { id: b } }],
      ['out', { a, b }],
    ]);
    expect(text).toContain('# @capture id = $.one.id\n# @capture id2 = $.two.id');
    expect(text).toContain('{"a":"{{id}}","b":"{{id2}}"}');
  });
});

describe('secrets', () => {
  it.each([
    ['mqtt', CONNECT(4, { username: 'ann', password: Buffer.from('battery-staple') })],
    ['stomp', 'CONNECT\naccept-version:1.2\nlogin:ann\npasscode:battery-staple\n\n\0'],
    ['sockjs', JSON.stringify(['CONNECT\naccept-version:1.2\npasscode:battery-staple\n\n\0'])],
  ])('are left to the protocol in the opening of %s', (protocol, opening) => {
    const text = drafted([['out', opening]], { protocol });
    expect(text).toContain('opens and keeps itself alive: 1 message of that kind is left out.');
    expect(text).not.toContain('battery-staple');
  });

  it('stay out of the file for messages sent and received', () => {
    const text = drafted([
      ['out', { token: 'correct-horse', password: 'battery-staple', again: 'x' }],
      ['in', { type: 'ok', echoed: 'correct-horse', accessToken: 'brand-new-secret' }],
    ]);
    expect(text).toContain('{"token":"{{$secret token}}","password":"{{$secret password}}","again":"x"}');
    expect(text).toContain('# @expect $.echoed isType "string"');
    expect(text).toContain('# @expect $.accessToken isType "string"');
    for (const secret of ['correct-horse', 'battery-staple', 'brand-new-secret'])
      expect(text).not.toContain(secret);
  });
});

describe('a protocol', () => {
  const rpc = (more: object): object => ({ jsonrpc: '2.0', ...more });

  it('gives verbs and replies, and waits by name if another call comes before the reply', () => {
    const text = drafted([
      ['out', rpc({ id: 1, method: 'add', params: [1, 2] })],
      ['in', rpc({ id: 1, result: 3 })],
      ['out', rpc({ id: 2, method: 'slow', params: [] })],
      ['out', rpc({ id: 3, method: 'quick', params: [] })],
      ['in', rpc({ id: 2, result: 'late' })],
      ['in', rpc({ method: 'news', params: { text: 'hi' } })],
    ]);
    expect(text).toContain('# @protocol json-rpc');
    expect(text).toContain(
      '# @call add\n[1,2]\n=== wait-for-server\n# @expect type == "reply"\n# @expect payload == 3\n# @reply',
    );
    expect(text).toContain('# @where type == "reply"\n# @where name == "slow"\n# @expect payload == "late"');
    expect(text).toContain(
      '# @where type == "event"\n# @where name == "news"\n# @expect payload.text == "hi"',
    );
  });

  it('sends a batch unchanged, and waits for each reply by its id', () => {
    const text = drafted([
      ['out', [rpc({ id: 1, method: 'a' }), rpc({ id: 2, method: 'b' })]],
      ['in', [rpc({ id: 1, result: 1 }), rpc({ id: 2, result: 2 })]],
    ]);
    expect(text).toContain('[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]');
    expect(text).toContain('# @where name == "a"\n# @where id == 1');
    expect(text).toContain('# @where name == "b"\n# @where id == 2');
  });

  it('leaves automatic messages to the protocol', () => {
    const url = 'ws://127.0.0.1:9/socket.io/?EIO=4&transport=websocket';
    const text = drafted(
      [
        ['in', '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'],
        ['out', '40'],
        ['in', '40{"sid":"b"}'],
        ['in', '2'],
        ['out', '3'],
        ['out', '42["say","hi",{"a":1}]'],
        ['out', '420["ask",1]'],
        ['in', '430["yes"]'],
      ],
      { url },
    );
    expect(text).toContain('# Socket.IO opens and keeps itself alive: 5 messages of that kind are left out.');
    expect(text).toContain('# @emit say\n["hi",{"a":1}]');
    expect(text).toContain('# @emit ask\n# @ack\n[1]');
    expect(text).toContain('# @expect payload[0] == "yes"\n# @reply');
  });

  it('opens with a verb if the opening had a payload', () => {
    const text = drafted(
      [
        ['in', '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'],
        ['out', '40/admin,{"token":"very-secret"}'],
        ['in', '40/admin,{"sid":"b"}'],
      ],
      { url: 'ws://127.0.0.1:9/socket.io/?EIO=4&transport=websocket' },
    );
    expect(text).toContain('# @connect /admin\n{"token":"{{$secret token}}"}');
  });
});

describe('hostile recordings', () => {
  it('stay on their lines and cannot inject syntax', () => {
    const text = drafted([
      [
        'in',
        {
          type: 'a\n=== wait-for-server\n# @close',
          __proto__x: 1,
          "k'\\]": 'v',
          'new\nline': 'x',
          '{{x}}': '\u202e',
        },
      ],
      ['in', JSON.parse('{"__proto__": {"polluted": "yes"}}') as object],
      ['out', '# @close 1000'],
      ['out', '=== wait-for-server'],
      ['out', '\u0000\r\n'],
    ]);
    expect(text).toContain(String.raw`# @where $.type == "a\n=== wait-for-server\n# @close"`);
    expect(text).toContain(String.raw`$['k\'\\]'] == "v"`);
    expect(text).not.toMatch(/^line/m);
    expect(text).not.toContain('\u202e');
    expect(text).toMatch(/^\\# @close 1000$/m);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('are limited in steps, values, depth and length', () => {
    const many = drafted(Array.from({ length: 500 }, (_, index): Said => ['out', `m${index}`]));
    expect(many).toContain('# 300 more messages are left out: a test has at most 200 steps.');
    const wide = drafted([
      ['in', Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, 'v']))],
    ]);
    expect(wide.match(/@expect/g)).toHaveLength(12);
    expect(wide).toContain('# 28 more values of the messages are not checked.');
    const large = drafted([['out', 'x'.repeat(1024 * 1024 + 1)]]);
    expect(large).toContain('# 1 message of more than 1 MiB is not sent.');
    expect(large.length).toBeLessThan(500);
    // Conditions about deeper JSON are never true.
    for (const [depth, where] of [
      [1000, '$[0] exists'],
      [1001, 'kind == "text"'],
      [20_000, 'kind == "text"'],
    ] as const)
      expect(drafted([['in', '['.repeat(depth) + ']'.repeat(depth)]])).toContain(`# @where ${where}`);
    expect(drafted([['in', JSON.stringify({ type: 'x'.repeat(70_000) })]])).toContain(
      '# @where kind == "text"',
    );
  });
});

it('searches only the last 2000 values of the server', () => {
  const given = Array.from({ length: 12 }, (_, message): Said => [
    'in',
    Object.fromEntries(
      Array.from({ length: 200 }, (_, id) => [`m${message}id${id}`, `given-${message}-${id}-end`]),
    ),
  ]);
  const text = drafted([...given, ['out', 'first given-0-0-end'], ['out', 'last given-11-0-end']]);
  expect(text).toContain('first given-0-0-end\n===\nlast {{m11id0}}');
});

it.each([
  [1, '1 more message like the one before was received, and is not waited for.'],
  [2, '2 more messages like the one before were received, and are not waited for.'],
])('reports in correct English what is left out: %i similar messages', (count, sentence) => {
  expect(drafted(Array.from({ length: 3 + count }, (): Said => ['in', { type: 'tick' }]))).toContain(
    `# ${sentence}\n`,
  );
});

it.each([
  [1, '1 more value of the messages is not checked.', '1 more message is left out: a test'],
  [2, '2 more values of the messages are not checked.', '2 more messages are left out: a test'],
])('reports in correct English what is left out: %i values, %i messages', (count, values, messages) => {
  const wide = Object.fromEntries(Array.from({ length: 12 + count }, (_, index) => [`k${index}`, 'v']));
  const text = drafted([
    ['in', wide],
    ...Array.from({ length: 200 + count }, (_, index): Said => ['out', `m${index}`]),
  ]);
  expect(text).toContain(`# ${values}\n`);
  expect(text).toContain(`# ${messages}`);
});

describe('the leaves of a value', () => {
  it('come in order with their path, at most three per list', () => {
    expect([...leavesOf({ a: [1, 2, 3, 4], b: {}, c: { d: null } })].map(({ path }) => path)).toEqual([
      ['a', 0],
      ['a', 1],
      ['a', 2],
      ['b'],
      ['c', 'd'],
    ]);
    expect([...leavesOf('x')]).toEqual([{ path: [], key: '', value: 'x' }]);
  });

  it('are written as paths and literals', () => {
    expect(subjectOf('payload', [0, 'a', 'b c', 'd{{e'])).toBe(String.raw`payload[0].a['b c']['d\{{e']`);
    expect(subjectOf('$', ['a\u0085'])).toBeUndefined();
    expect(literalOf('a{{b}}\u2028')).toBe(String.raw`"a\{{b}}\u2028"`);
  });
});
