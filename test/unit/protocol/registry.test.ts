import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../src/core/protocol/builtInProtocols.ts';
import { detectProtocol } from '../../../src/core/protocol/registry.ts';
import { text } from './support/conversation.ts';

const evidence = (parts: { subprotocol?: string; url?: string; first?: string }) => ({
  subprotocol: parts.subprotocol ?? '',
  url: parts.url ?? 'ws://localhost/',
  messages: parts.first === undefined ? [] : [text('server', parts.first)],
});

describe('detection', () => {
  it.each([
    [{ subprotocol: 'ocpp2.0.1' }, 'ocpp', 'OCPP-J: subprotocol ocpp2.0.1'],
    [{ subprotocol: 'graphql-ws' }, 'graphql-ws', 'GraphQL (legacy graphql-ws): subprotocol graphql-ws'],
    [{ subprotocol: 'graphql-transport-ws' }, 'graphql-transport-ws', undefined],
    [{ subprotocol: 'wamp.2.json' }, 'wamp', undefined],
    [{ subprotocol: 'actioncable-v1-json' }, 'action-cable', undefined],
    [
      { url: 'ws://h/socket.io/?EIO=4&transport=websocket' },
      'socket.io',
      'Socket.IO: path /socket.io/, EIO=4',
    ],
    [{ url: 'ws://h/engine?EIO=3' }, 'socket.io', 'Socket.IO: EIO=3'],
    [{ url: 'ws://127.0.0.1:9222/devtools/page/1' }, 'cdp', 'Chrome DevTools Protocol: URL with /devtools/'],
    [{ url: 'wss://ws-eu.pusher.com/app/key?protocol=7&client=js' }, 'pusher', undefined],
    [{ url: 'ws://h/socket/websocket?vsn=2.0.0' }, 'phoenix', undefined],
    [{ url: 'ws://h/connection/websocket' }, 'centrifugo', undefined],
    [{ url: 'wss://api.openai.com/v1/realtime?model=m' }, 'openai-realtime', undefined],
    [
      { first: '{"jsonrpc":"2.0","id":1,"result":1}' },
      'json-rpc',
      'JSON-RPC 2.0: first message with jsonrpc',
    ],
    [{ first: '[{"jsonrpc":"2.0","id":1,"result":1}]' }, 'json-rpc', undefined],
    [{ first: '{"type":"auth_required","ha_version":"2026.1"}' }, 'home-assistant', undefined],
    [{ first: '[null,"1","room:1","phx_reply",{}]' }, 'phoenix', undefined],
    [{ first: '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"a"}}' }, 'centrifugo', undefined],
    [
      { first: '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}' },
      'socket.io',
      undefined,
    ],
  ] as const)('recognises %j', (given, id, reason) => {
    const found = detectProtocol(evidence(given));
    expect(found?.protocol.id).toBe(id);
    if (reason !== undefined) expect(found?.reason).toBe(reason);
  });

  it('recognises the handshake of a SignalR client', () => {
    const first = '{"protocol":"messagepack","version":1}\u001e';
    const found = detectProtocol({ subprotocol: '', url: 'ws://h/hub', messages: [text('client', first)] });
    expect(found?.reason).toBe('SignalR: handshake of the messagepack hub protocol');
    expect(detectProtocol(evidence({ first }))).toBeUndefined();
  });

  it('prefers the subprotocol to the URL, and the URL to the messages', () => {
    const both = evidence({ subprotocol: 'ocpp1.6', url: 'ws://h/socket.io/?EIO=4' });
    expect(detectProtocol(both)?.protocol.id).toBe('ocpp');
    const later = evidence({ url: 'ws://h/devtools/page/1', first: '{"jsonrpc":"2.0","method":"a"}' });
    expect(detectProtocol(later)?.protocol.id).toBe('cdp');
  });

  it('recognises nothing in other messages', () => {
    for (const first of [
      '{"type":"tick","price":1.0}',
      'hello',
      '[1,2,3]',
      '',
      '0',
      'null',
      '{"event":"x"}',
    ]) {
      expect(detectProtocol(evidence({ first }))).toBeUndefined();
    }
    expect(detectProtocol(evidence({ subprotocol: 'v1.json', url: 'ws://h/app/x' }))).toBeUndefined();
  });
});

describe('the registry', () => {
  it('explains every protocol and verb', () => {
    for (const { id, title, about, specification, verbs, chores } of PROTOCOLS) {
      expect(
        [id, title, about, specification].every((text) => text !== ''),
        id,
      ).toBe(true);
      expect(specification, id).toMatch(/^https:\/\//);
      expect(verbs.length, id).toBeGreaterThan(0);
      for (const verb of verbs) expect(verb.about, `${id} @${verb.name}`).toMatch(/\.$/);
      for (const chore of chores) expect(chore, id).toMatch(/\.$/);
    }
    expect(new Set(PROTOCOLS.map(({ id }) => id)).size).toBe(PROTOCOLS.length);
  });
});
