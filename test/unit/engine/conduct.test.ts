import { describe, expect, it, vi } from 'vitest';
import { Conduct } from '../../../src/engine/conduct.ts';
import { FakeRecording } from '../../support/fakeRecording.ts';
import { call, protocol, textOf } from '../protocol/support/conversation.ts';

const at = { url: 'ws://localhost/', subprotocol: '' };
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

function conductOf() {
  const send = vi.fn(async () => undefined);
  const recorded = new FakeRecording();
  return { send, recorded, conduct: new Conduct({ role: 'client', send, uniqueId: () => 'id', recorded }) };
}

async function said(conduct: Conduct, id: string, verb: string, parts = {}): Promise<string> {
  const encoded = (await conduct.peerOf(protocol(id)))?.encode(call(verb, parts));
  if (!encoded || 'problem' in encoded) throw new Error(encoded?.problem ?? 'no peer');
  return encoded.messages.map(textOf).join('');
}

describe('a named protocol', () => {
  it.each([
    ['json-rpc', false],
    ['phoenix', false],
    ['socket.io', true],
    ['graphql-transport-ws', true],
    ['mqtt', true],
  ])('%s takes part in each received message: %s', (id, listens) => {
    const { conduct } = conductOf();
    conduct.begin(protocol(id), at, 0);
    expect(conduct.listens).toBe(listens);
    conduct.end();
    expect(conduct.listens).toBe(false);
  });

  it('takes part until its opening is over', () => {
    const { conduct } = conductOf();
    conduct.begin(protocol('openai-realtime'), at, 0);
    expect(conduct.listens).toBe(true);
    conduct.received('text', bytes('{"type":"session.created"}'));
    expect([conduct.peer?.opening, conduct.listens]).toEqual([{ state: 'accepted' }, false]);
  });
});

describe('a protocol that is not named', () => {
  it('costs nothing for messages in either direction, and sends nothing', async () => {
    const { conduct, send, recorded } = conductOf();
    conduct.begin(undefined, { ...at, url: 'ws://localhost/socket.io/?EIO=4' }, 0);
    expect(conduct.listens).toBe(false);
    recorded.received('0{"sid":"a","pingInterval":25000}', '2').sent('40/admin,', '42/admin,3["x"]');
    conduct.received('text', bytes('2'));
    conduct.sent();
    expect(recorded.reads).toEqual([]);
    expect(await said(conduct, 'socket.io', 'emit', { arguments: ['y'], beside: ['ack'] })).toBe(
      '42/admin,4["y"]',
    );
    expect(conduct.listens).toBe(false);
    conduct.finish();
    expect(send).not.toHaveBeenCalled();
    expect(conduct.peer).toBeUndefined();
  });

  it('has no heartbeat', async () => {
    vi.useFakeTimers();
    try {
      const { conduct, send, recorded } = conductOf();
      conduct.begin(undefined, at, 0);
      recorded.sent('[null,"1","phoenix","heartbeat",{}]');
      await said(conduct, 'phoenix', 'join', { arguments: ['room:1'] });
      conduct.sent();
      vi.advanceTimersByTime(10 * 60_000);
      expect(send).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('starts with the first messages of the connection, of both sides', async () => {
    const { conduct, recorded } = conductOf();
    recorded.sent('SUBSCRIBE\nid:sub-77\ndestination:/a\n\n\0');
    conduct.begin(undefined, at, recorded.messages.length);
    recorded
      .sent('CONNECT\naccept-version:1.1\n\n\0')
      .received('CONNECTED\nversion:1.1\n\n\0')
      .sent('SUBSCRIBE\nid:sub-5\ndestination:/a\n\n\0');
    expect(await said(conduct, 'stomp', 'subscribe', { arguments: ['/b'] })).toContain('id:sub-6');
  });

  it('keeps the ids of its verbs before they are recorded, and follows later messages', async () => {
    const { conduct, recorded } = conductOf();
    conduct.begin(undefined, at, 0);
    recorded.sent('{"jsonrpc":"2.0","id":41,"method":"a"}');
    const id = async (): Promise<unknown> =>
      (JSON.parse(await said(conduct, 'json-rpc', 'call', { arguments: ['b'] })) as { id: unknown }).id;
    expect([await id(), await id()]).toEqual([42, 43]);
    recorded.sent('{"jsonrpc":"2.0","id":99,"method":"typed"}');
    expect(await id()).toBe(100);
  });

  it('may be another one for each verb', async () => {
    const { conduct, recorded } = conductOf();
    conduct.begin(undefined, at, 0);
    recorded.sent('{"jsonrpc":"2.0","id":4,"method":"a"}', '40/admin,');
    expect(await said(conduct, 'json-rpc', 'call', { arguments: ['b'] })).toContain('"id":5');
    expect(await said(conduct, 'socket.io', 'emit', { arguments: ['y'] })).toBe('42/admin,["y"]');
    expect(await said(conduct, 'json-rpc', 'call', { arguments: ['b'] })).toContain('"id":5');
  });

  it('follows a message whose inner JSON is nested too deep to be a verb', async () => {
    const { conduct, recorded } = conductOf();
    conduct.begin(undefined, at, 0);
    for (const depth of [100, 31_000, 500_000]) {
      const data = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      recorded.sent(JSON.stringify({ command: 'message', identifier: '{"channel":"x"}', data }));
    }
    expect(await said(conduct, 'action-cable', 'subscribe', { arguments: ['x'] })).toContain('subscribe');
  });

  it('ends with its connection, also while the recording is read', async () => {
    const { conduct, recorded } = conductOf();
    const stomp = protocol('stomp');
    expect(await conduct.peerOf(stomp)).toBeUndefined();
    conduct.begin(undefined, at, 0);
    expect(await conduct.peerOf(stomp)).toBeDefined();
    recorded.sent('SEND\ndestination:/a\n\n\0');
    const asked = conduct.peerOf(stomp);
    conduct.end();
    expect(await asked).toBeUndefined();
    expect(await conduct.peerOf(stomp)).toBeUndefined();
  });
});

describe('a protocol that is named', () => {
  it('has its own peer, which receives each message and reads no recording', async () => {
    const { conduct, send, recorded } = conductOf();
    const stomp = protocol('stomp');
    conduct.begin(stomp, at, 0);
    expect(send).toHaveBeenCalledTimes(1);
    expect(await conduct.peerOf(stomp)).toBe(conduct.peer);
    expect(conduct.listens).toBe(true);
    expect(recorded.reads).toEqual([]);
    conduct.end();
    expect([conduct.listens, await conduct.peerOf(stomp)]).toEqual([false, undefined]);
  });

  it('keeps its automatic messages while the verbs of another one are used', async () => {
    const { conduct, send, recorded } = conductOf();
    conduct.begin(protocol('nats'), at, 0);
    recorded.sent('{"jsonrpc":"2.0","id":4,"method":"m"}');
    expect(await said(conduct, 'json-rpc', 'call', { arguments: ['n'] })).toContain('"id":5');
    conduct.received('text', bytes('PING\r\n'));
    expect(send).toHaveBeenLastCalledWith({ kind: 'binary', data: bytes('PONG\r\n') });
  });
});
