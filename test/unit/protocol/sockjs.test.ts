import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECODED_BYTES, MAX_UNITS } from '../../../src/core/protocol/limits.ts';
import { detectProtocol } from '../../../src/core/protocol/registry.ts';
import {
  binary,
  call,
  context,
  countingPorts,
  decodeAll,
  decodeOne,
  payloadValue,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';

const peer = (id: string, role: 'client' | 'server' = 'client') =>
  protocol(id).createPeer(context(id, 'ws://host.example/000/abc/websocket'), role, countingPorts());

const inside = (...texts: string[]) => text('server', `a${JSON.stringify(texts)}`);

describe('SockJS', () => {
  it('decodes its frames, and texts inside', () => {
    const { units, problems } = decodeAll('sockjs', [
      text('server', 'o'),
      text('server', 'h'),
      text('client', '["hi"]'),
      inside('{"n":1.0}', 'two'),
      text('server', 'c[3000,"Go away!"]'),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, summary, error }) => [type, summary, error])).toEqual([
      ['control', 'open', undefined],
      ['control', 'heartbeat', undefined],
      ['event', 'hi', undefined],
      ['event', '{"n":1.0}', undefined],
      ['event', 'two', undefined],
      ['error', 'close 3000 Go away!', '3000 Go away!'],
    ]);
    expect(units[1]?.heartbeat).toBe(true);
    expect(units[3]).toMatchObject({ payload: { form: 'json' }, range: { start: 2, end: 15 } });
    expect(units[3]?.payload?.range).toBeUndefined();
  });

  it('recognises the protocol inside, which may span its messages', () => {
    const messages = [
      text('server', 'o'),
      text('client', JSON.stringify(['CONNECT\naccept-version:1.1\npasscode:s3cret\n\n\0'])),
      inside('CONNECTED\nversion:1.1\n\n\0', '\n', 'MESSAGE\ndestination:/a\n\nhe'),
      inside('llo\0'),
    ];
    const { units, problems } = decodeAll('sockjs', messages);
    expect(problems).toEqual([]);
    expect(units.map(({ summary }) => summary)).toEqual([
      'open',
      'CONNECT',
      'CONNECTED 1.1',
      'heart-beat',
      'MESSAGE /a hello',
    ]);
    expect(JSON.stringify(units)).not.toContain('s3cret');
    const rpc = decodeOne('sockjs', inside('{"jsonrpc":"2.0","id":1,"method":"add","params":[1]}'));
    expect(rpc).toMatchObject({ type: 'call', name: 'add', payload: { content: '[1]' } });
  });

  it('continues from a checkpoint, with the protocol inside', () => {
    const first = protocol('sockjs').createDecoder(context('sockjs'));
    first.decode(inside('CONNECTED\nversion:1.1\n\n\0', 'MESSAGE\ndestination:/a\n'));
    const later = protocol('sockjs').createDecoder(context('sockjs'), first.checkpoint());
    expect(later.decode(inside('\nx\0')).units[0]?.name).toBe('/a');
    const fresh = protocol('sockjs').createDecoder(context('sockjs'));
    fresh.decode(text('server', 'o'));
    const same = protocol('sockjs').createDecoder(context('sockjs'), fresh.checkpoint());
    expect(same.decode(inside('x')).units[0]?.type).toBe('event');
  });

  it('reports messages that are not its frames', () => {
    const codes = (message: ReturnType<typeof text>) =>
      decodeAll('sockjs', [message]).problems.map(({ code }) => code);
    expect(codes(text('server', 'x'))).toEqual(['decode.envelope']);
    expect(codes(text('server', 'a{}'))).toEqual(['decode.envelope']);
    expect(codes(text('server', 'a[1]'))).toEqual(['decode.envelope']);
    expect(codes(text('server', 'a["'))).toEqual(['decode.json']);
    expect(codes(text('server', 'c["a"]'))).toEqual(['decode.envelope']);
    expect(codes(text('client', 'hello'))).toEqual(['decode.json']);
    expect(codes(binary('server', [1, 2]))).toEqual(['decode.envelope']);
    const broken = decodeAll('sockjs', [inside('CONNECTED\n\n\0', 'NONSENSE\n')]);
    expect(broken.problems).toMatchObject([{ code: 'decode.envelope', at: 24 }]);
  });

  it('names its limits', () => {
    const many = decodeAll('sockjs', [inside(...new Array<string>(MAX_UNITS + 1).fill(''))]);
    expect(many.units).toHaveLength(MAX_UNITS);
    expect(many.problems).toMatchObject([{ code: 'decode.limit' }]);
    // Parts of frames, which hold no unit each.
    const empty = decodeAll('sockjs-stomp', [inside(...new Array<string>(MAX_UNITS + 1).fill(''))]);
    expect(empty.units).toEqual([]);
    expect(empty.problems).toMatchObject([{ code: 'decode.limit', at: 2 + 3 * MAX_UNITS }]);
    expect(decodeAll('sockjs-stomp', [inside(...new Array<string>(MAX_UNITS).fill(''))]).problems).toEqual(
      [],
    );
    const long = { kind: 'text', from: 'server', data: new Uint8Array(MAX_DECODED_BYTES + 1) } as const;
    expect(decodeAll('sockjs', [long]).problems).toMatchObject([{ code: 'decode.limit' }]);
  });

  it('writes frames that it reads', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('client', 'server'), (body, role) => {
        const encoded = peer('sockjs', role).encode(call('send', { body }));
        if (!('messages' in encoded)) throw new Error(encoded.problem);
        const [message] = sent(role, encoded.messages);
        expect(JSON.parse(textOf(message).replace(/^a/, ''))).toEqual([body]);
        const decoder = protocol('sockjs-stomp').createDecoder(context('sockjs-stomp'));
        expect(decoder.decode(message!).problems.every(({ code }) => code !== 'decode.json')).toBe(true);
      }),
    );
    expect(peer('sockjs').encode(call('send'))).toMatchObject({
      problem: expect.stringContaining('needs a message'),
    });
    expect(peer('sockjs').encode(call('emit'))).toMatchObject({ problem: 'SockJS has no verb @emit.' });
  });
});

describe('STOMP in SockJS', () => {
  it('opens with the frame o, and wraps the messages of both sides', () => {
    const client = peer('sockjs-stomp');
    expect(client.start(true)).toEqual([]);
    expect(client.opening).toEqual({ state: 'waiting' });
    const [connect] = client.receive(text('server', 'o'));
    expect(JSON.parse(textOf(connect))).toEqual([expect.stringMatching(/^CONNECT\n[^]*\0$/)]);
    expect(client.receive(inside('CONNECTED\nversion:1.2\nheart-beat:0,20000\n\n\0'))).toEqual([]);
    expect(client.opening).toEqual({ state: 'accepted' });
    expect(client.beatInterval).toBe(20_000);
    expect(textOf(client.beat()[0])).toBe('["\\n"]');
    expect(textOf(client.finish()[0])).toBe('["DISCONNECT\\n\\n\\u0000"]');
    const encoded = client.encode(call('send', { arguments: ['/a'], body: '"x"', beside: ['receipt'] }));
    if (!('messages' in encoded)) throw new Error(encoded.problem);
    expect(encoded.awaits).toBe('"receipt-1"');
    const decoder = protocol('sockjs').createDecoder(context('sockjs'));
    const { units } = decoder.decode(sent('client', encoded.messages)[0]!);
    expect(units[0]).toMatchObject({ type: 'call', name: '/a' });
    expect(payloadValue(units[0])).toBe('"x"');
    const bytes = client.encode(call('send', { arguments: ['/a'], bytes: Uint8Array.of(255) }));
    expect(bytes).toMatchObject({ problem: expect.stringContaining('text only') });
  });

  it('is served: o, and answers inside', () => {
    const server = peer('sockjs-stomp', 'server');
    expect(server.start(true).map(textOf)).toEqual(['o']);
    const [answer] = server.receive(text('client', '["CONNECT\\naccept-version:1.2\\n\\n\\u0000"]'));
    expect(textOf(answer)).toMatch(/^a\["CONNECTED\\nversion:1\.2/);
    expect(server.receive(text('client', 'nonsense'))).toEqual([]);
  });
});

describe('SockJS is recognised', () => {
  it.each([
    ['ws://h/stomp/387/k2ab0x1d/websocket', 'SockJS: path /SERVER/SESSION/websocket'],
    ['ws://h/stomp/387/k2ab0x1d/websocket?a=1', 'SockJS: path /SERVER/SESSION/websocket'],
    ['ws://h/socket/websocket', 'Phoenix Channels: URL with /socket/websocket'],
    ['ws://h/stomp/websocket', undefined],
  ])('%s', (url, reason) => {
    expect(detectProtocol({ subprotocol: '', url, messages: [] })?.reason).toBe(reason);
  });

  it('by its first frame', () => {
    const evidence = { subprotocol: '', url: 'ws://h/', messages: [text('server', 'o')] };
    expect(detectProtocol(evidence)?.reason).toBe('SockJS: first frame o');
  });
});
