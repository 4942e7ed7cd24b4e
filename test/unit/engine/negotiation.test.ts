import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { findProtocol } from '../../../src/core/protocol/registry.ts';
import { negotiation } from '../../../src/engine/serve/negotiation.ts';

const paths = [
  { plan: { path: '/other' }, protocol: undefined },
  { plan: { path: '/chat' }, protocol: findProtocol('socket.io') },
  { plan: { path: '/hub' }, protocol: findProtocol('signalr') },
];

function answer(method: string, url: string, headers: IncomingHttpHeaders = {}) {
  return negotiation({ method, url, headers } as IncomingMessage, paths);
}

describe('the HTTP request before a connection', () => {
  it('is answered at the path of a block whose protocol negotiates', () => {
    const { status, headers, body } = answer('POST', '/hub/negotiate?negotiateVersion=1')!;
    expect({ status, headers }).toEqual({
      status: 200,
      headers: { Vary: 'Origin', 'Content-Type': 'application/json' },
    });
    expect(JSON.parse(body)).toMatchObject({ negotiateVersion: 1 });
  });

  it.each(['/', '/hub', '/other/negotiate', '/chat/negotiate', '/hub/hub/negotiate', '/HUB/negotiate', ''])(
    'is not answered at %j',
    (url) => expect(answer('POST', url)).toBeUndefined(),
  );

  it('gives each client a token of its own', () => {
    const token = () =>
      (JSON.parse(answer('POST', '/hub/negotiate')!.body) as { connectionId: string }).connectionId;
    expect(token()).not.toBe(token());
  });

  it('may come from a page of any origin, with its cookies and its headers', () => {
    const origin = 'https://app.example.test';
    const asked = 'x-requested-with,x-signalr-user-agent';
    expect(answer('OPTIONS', '/hub/negotiate', { origin, 'access-control-request-headers': asked })).toEqual({
      status: 204,
      body: '',
      headers: {
        Vary: 'Origin',
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Headers': asked,
        'Access-Control-Allow-Methods': 'POST',
      },
    });
    expect(answer('POST', '/hub/negotiate', { origin })).toMatchObject({
      status: 200,
      headers: { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' },
    });
  });

  it('is a POST', () => {
    expect(answer('GET', '/hub/negotiate')).toMatchObject({
      status: 405,
      headers: { Allow: 'OPTIONS, POST' },
      body: '',
    });
  });
});
