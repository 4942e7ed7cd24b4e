import { describe, expect, it, vi } from 'vitest';
import { findProtocol } from '../../../src/core/protocol/registry.ts';
import type { WireMessage } from '../../../src/core/protocol/protocolModule.ts';
import { Conduct } from '../../../src/engine/conduct.ts';
import { call, protocol, text, textOf } from '../protocol/support/conversation.ts';

const at = { url: 'ws://localhost/', subprotocol: '' };
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
const out = (content: string) => ({ kind: 'text', data: bytes(content) }) as const;

function conductOf() {
  const send = vi.fn(async () => undefined);
  return { send, conduct: new Conduct({ role: 'client', send, uniqueId: () => 'id' }) };
}

function said(conduct: Conduct, id: string, verb: string, parts = {}): string {
  const encoded = conduct.peerOf(protocol(id))?.encode(call(verb, parts));
  if (!encoded || 'problem' in encoded) throw new Error(encoded?.problem ?? 'no peer');
  return encoded.messages.map(textOf).join('');
}

describe('a protocol that was recognised', () => {
  it('is followed, and nothing is sent for it', () => {
    const { conduct, send } = conductOf();
    expect(conduct.listens).toBe(false);
    conduct.follow(findProtocol('socket.io'), { ...at, url: 'ws://localhost/socket.io/?EIO=4' }, []);
    expect(conduct.listens).toBe(true);
    conduct.received('text', bytes('0{"sid":"a","pingInterval":25000}'));
    conduct.received('text', bytes('2'));
    conduct.sent(out('40/admin,'));
    conduct.sent(out('42/admin,3["x"]'));
    expect(said(conduct, 'socket.io', 'emit', { arguments: ['y'], beside: ['ack'] })).toBe('42/admin,4["y"]');
    conduct.finish();
    expect(send).not.toHaveBeenCalled();
    expect(conduct.peer).toBeUndefined();
  });

  it('has no heartbeat', () => {
    vi.useFakeTimers();
    try {
      const { conduct, send } = conductOf();
      conduct.follow(findProtocol('phoenix'), at, []);
      conduct.sent(out('[null,"1","phoenix","heartbeat",{}]'));
      vi.advanceTimersByTime(10 * 60_000);
      expect(send).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });

  it('starts with the messages before it was recognised, of both sides', () => {
    const { conduct } = conductOf();
    const earlier: WireMessage[] = [
      text('client', 'CONNECT\naccept-version:1.1\n\n\0'),
      text('server', 'CONNECTED\nversion:1.1\n\n\0'),
      text('client', 'SUBSCRIBE\nid:sub-5\ndestination:/a\n\n\0'),
    ];
    conduct.follow(findProtocol('stomp'), at, earlier);
    expect(said(conduct, 'stomp', 'subscribe', { arguments: ['/b'] })).toContain('id:sub-6');
  });

  it('keeps its ids when it is recognised again, for example after a table of the user changed', () => {
    const { conduct } = conductOf();
    const rpc = protocol('json-rpc');
    conduct.follow(rpc, at, []);
    conduct.sent(out('{"jsonrpc":"2.0","id":41,"method":"a"}'));
    conduct.follow(rpc, at, []);
    expect(JSON.parse(said(conduct, 'json-rpc', 'call', { arguments: ['b'] }))).toMatchObject({ id: 42 });
  });

  it('follows a message whose inner JSON is nested too deep to be a verb', () => {
    const { conduct } = conductOf();
    conduct.follow(protocol('action-cable'), at, []);
    for (const depth of [100, 31_000, 500_000]) {
      const data = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const message = JSON.stringify({ command: 'message', identifier: '{"channel":"x"}', data });
      expect(() => conduct.sent(out(message))).not.toThrow();
    }
  });

  it('ends with its connection, or with another choice', () => {
    const { conduct } = conductOf();
    conduct.follow(findProtocol('stomp'), at, []);
    expect(conduct.peerOf(protocol('socket.io'))).toBeUndefined();
    conduct.follow(undefined, at, []);
    expect([conduct.peerOf(protocol('stomp')), conduct.listens]).toEqual([undefined, false]);
    conduct.follow(findProtocol('stomp'), at, []);
    conduct.end();
    expect([conduct.peerOf(protocol('stomp')), conduct.listens]).toEqual([undefined, false]);
  });
});

describe('a protocol that is named', () => {
  it('keeps its own peer when the same one is recognised', () => {
    const { conduct, send } = conductOf();
    const stomp = protocol('stomp');
    conduct.follow(stomp, at, []);
    conduct.begin(stomp, at);
    expect(send).toHaveBeenCalledTimes(1);
    const own = conduct.peer;
    conduct.follow(stomp, at, []);
    expect(conduct.peerOf(stomp)).toBe(own);
    expect(conduct.listens).toBe(true);
  });

  it('goes on by itself while the verbs of another one are chosen', () => {
    const { conduct, send } = conductOf();
    conduct.begin(protocol('nats'), at);
    conduct.follow(protocol('json-rpc'), at, []);
    conduct.sent(out('{"jsonrpc":"2.0","id":4,"method":"m"}'));
    expect(said(conduct, 'json-rpc', 'call', { arguments: ['n'] })).toContain('"id":5');
    conduct.received('text', bytes('PING\r\n'));
    expect(send).toHaveBeenLastCalledWith({ kind: 'binary', data: bytes('PONG\r\n') });
  });
});
