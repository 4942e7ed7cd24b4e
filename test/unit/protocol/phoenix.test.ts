import { describe, expect, it } from 'vitest';
import {
  binary,
  call,
  context,
  countingPorts,
  decodeAll,
  decodeOne,
  protocol,
  text,
  textOf,
} from './support/conversation.ts';

const client = (url?: string) =>
  protocol('phoenix').createPeer(context('phoenix', url), 'client', countingPorts());

const bytes = (...parts: (number | string)[]) =>
  parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)]));

describe('Phoenix', () => {
  it('reads both serializers', () => {
    const v2 = [
      text('client', '["3","3","room:lobby","phx_join",{"v":1.0}]'),
      text('server', '["3","3","room:lobby","phx_reply",{"status":"ok","response":{"n":1}}]'),
      text('client', '["3","4","room:lobby","new_msg",{"body":"hi"}]'),
      text(
        'server',
        '["3","4","room:lobby","phx_reply",{"status":"error","response":{"reason":"too long"}}]',
      ),
      text('server', '[null,null,"room:lobby","new_msg",{"body":"hi"}]'),
      text('client', '[null,"5","phoenix","heartbeat",{}]'),
      text('server', '[null,"5","phoenix","phx_reply",{"status":"ok","response":{}}]'),
      text('client', '["3","6","room:lobby","phx_leave",{}]'),
    ];
    const expected = [
      ['subscribe', 'room:lobby', '"3"', undefined],
      ['reply', '', undefined, '"3"'],
      ['call', 'new_msg', '"4"', undefined],
      ['error', '', undefined, '"4"'],
      ['event', 'new_msg', undefined, undefined],
      ['control', 'heartbeat', '"5"', undefined],
      ['control', 'heartbeat', undefined, '"5"'],
      ['unsubscribe', 'room:lobby', '"6"', undefined],
    ];
    const v1 = v2.map(({ from, data }) => {
      const [join_ref, ref, topic, event, payload] = JSON.parse(new TextDecoder().decode(data)) as unknown[];
      return text(from, JSON.stringify({ topic, event, payload, ref, join_ref }));
    });
    for (const messages of [v2, v1]) {
      const { units, problems } = decodeAll('phoenix', messages);
      expect(problems).toEqual([]);
      expect(units.map(({ type, name, id, replyTo }) => [type, name, id, replyTo])).toEqual(expected);
      expect(units[3]?.error).toBe('too long');
      expect(units[1]?.payload?.content).toBe('{"n":1}');
    }
    expect(decodeOne('phoenix', v2[2]!).summary).toBe('room:lobby new_msg {"body":"hi"}');
  });

  it('reads binary pushes, replies and broadcasts', () => {
    const payload = [0, 255];
    expect(
      decodeOne('phoenix', binary('client', bytes(0, 1, 1, 3, 2, '1', '2', 'a:b', 'up', ...payload))),
    ).toMatchObject({
      type: 'call',
      name: 'up',
      id: '"2"',
      stream: '"a:b"',
      summary: 'a:b up 2 bytes',
      payload: { form: 'bytes', content: 'AP8=', range: { start: 12, end: 14 } },
    });
    expect(
      decodeOne('phoenix', binary('server', bytes(0, 1, 3, 2, '1', 'a:b', 'up', ...payload))),
    ).toMatchObject({
      type: 'event',
      name: 'up',
    });
    expect(
      decodeOne('phoenix', binary('server', bytes(1, 1, 1, 3, 2, '1', '2', 'a:b', 'ok', ...payload))),
    ).toMatchObject({
      type: 'reply',
      replyTo: '"2"',
    });
    expect(
      decodeOne('phoenix', binary('server', bytes(1, 1, 1, 3, 5, '1', '2', 'a:b', 'error'))),
    ).toMatchObject({
      type: 'error',
      error: 'error',
    });
    expect(decodeOne('phoenix', binary('server', bytes(2, 3, 2, 'a:b', 'up')))).toMatchObject({
      type: 'event',
      name: 'up',
    });
  });

  it.each([
    [[], 'decode.binary', 0],
    [[7], 'decode.binary', 0],
    [[2, 200, 1, 0x61], 'decode.binary', 3],
    [[0, 0, 0], 'decode.binary', 3],
    [[2, 1, 1, 0xff, 0x61], 'decode.utf8', 3],
  ])('reports where the bytes %j stop', (given, code, at) => {
    expect(decodeAll('phoenix', [binary('server', given)]).problems).toMatchObject([{ code, at }]);
  });

  it('joins, pushes to a joined topic by its ref, and leaves', () => {
    const peer = client();
    const said = [
      call('join', { arguments: ['room:1'], body: '{"v": 1.0}' }),
      call('join', { arguments: ['room:2'] }),
      call('push', { arguments: ['room:1', 'say'], body: '"hi"' }),
      call('push', { arguments: ['room:2', 'up'], body: '{"$base64": "AP8="}' }),
      call('leave'),
    ].map((each) => peer.encode(each));
    expect(said.map((each) => ('messages' in each ? each.awaits : each.problem))).toEqual([
      '"1"',
      '"2"',
      '"3"',
      '"4"',
      '"5"',
    ]);
    expect(said.map((each) => ('messages' in each ? textOf(each.messages[0]) : ''))).toEqual([
      '["1","1","room:1","phx_join",{"v": 1.0}]',
      '["2","2","room:2","phx_join",{}]',
      '["1","3","room:1","say","hi"]',
      expect.stringContaining('room:2up'),
      '["2","5","room:2","phx_leave",{}]',
    ]);
    expect(peer.beat().map(textOf)).toEqual(['[null,"6","phoenix","heartbeat",{}]']);
    expect(peer.beatInterval).toBe(30_000);
  });

  it('speaks the serializer 1.0.0 if the URL names no other', () => {
    const peer = client('ws://localhost/socket/websocket');
    const joined = peer.encode(call('join', { arguments: ['room:1'] }));
    expect('messages' in joined && textOf(joined.messages[0])).toBe(
      '{"topic":"room:1","event":"phx_join","payload":{},"ref":"1","join_ref":"1"}',
    );
    expect(peer.encode(call('push', { arguments: ['room:1', 'up'], body: '{"$base64":""}' }))).toEqual({
      problem: 'Binary pushes need the serializer 2.0.0: add vsn=2.0.0 to the URL.',
    });
    expect(
      client().encode(call('push', { arguments: ['a'.repeat(256), 'up'], body: '{"$base64":""}' })),
    ).toMatchObject({
      problem: expect.stringContaining('at most 255 bytes'),
    });
  });
});
