import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signalrNegotiation } from '../../../src/core/protocol/signalr/negotiation.ts';

const request = (url: string) => signalrNegotiation.request(url);
const answer = (url: string, body: string) => signalrNegotiation.answer(url, body);

const webSockets = [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }];
const given = (value: object) =>
  answer('ws://h/hub?a=b', JSON.stringify({ availableTransports: webSockets, ...value }));

describe('the SignalR negotiation', () => {
  it.each([
    ['ws://h/hub', 'ws://h/hub/negotiate?negotiateVersion=1'],
    ['wss://h/hub/?a=b', 'wss://h/hub/negotiate?a=b&negotiateVersion=1'],
    ['ws://h/hub?negotiateVersion=0', 'ws://h/hub/negotiate?negotiateVersion=0'],
    ['ws+unix:/run/app.sock:/hub', 'ws+unix:/run/app.sock:/hub/negotiate?negotiateVersion=1'],
    ['ws://h/hub?id=token', undefined],
    ['ws://h/hub?grid=1', 'ws://h/hub/negotiate?grid=1&negotiateVersion=1'],
  ])('turns %s into the request %s', (url, asked) => {
    expect(request(url)).toBe(asked);
  });

  it('connects with the token of version 1 and the id of version 0', () => {
    expect(given({ connectionToken: 'a+b', connectionId: 'c', negotiateVersion: 1 })).toEqual({
      kind: 'connect',
      url: 'ws://h/hub?a=b&id=a%2Bb',
      version: 1,
      secret: 'a+b',
    });
    expect(given({ connectionId: 'c', negotiateVersion: 0 })).toMatchObject({
      url: 'ws://h/hub?a=b&id=c',
      version: 0,
    });
    expect(given({ connectionId: 'c' })).toMatchObject({ secret: 'c', version: 0 });
  });

  it('follows a redirect to another URL, with its token', () => {
    expect(given({ url: 'https://service.test/client/?hub=chat', accessToken: 'secret' })).toEqual({
      kind: 'redirect',
      url: 'wss://service.test/client/?hub=chat',
      accessToken: 'secret',
    });
    expect(given({ url: 'http://service.test/' })).toMatchObject({ accessToken: undefined });
  });

  it.each([
    ['{"error":"This connection is not allowed."}', 'This connection is not allowed'],
    ['<html>', 'its answer is not the JSON object that SignalR has there'],
    ['[]', 'its answer is not the JSON object that SignalR has there'],
    ['{"ProtocolVersion":"1.5"}', 'it is a server of ASP.NET SignalR, whose protocol is another one'],
    ['{"availableTransports":[{"transport":"LongPolling"}]}', 'it offers no WebSockets among its transports'],
    [
      '{"negotiateVersion":1,"availableTransports":[{"transport":"WebSockets"}]}',
      'its answer has no connectionToken',
    ],
    ['{"availableTransports":[{"transport":"WebSockets"}]}', 'its answer has no connectionId'],
  ])('fails for the answer %s', (body, reason) => {
    expect(answer('ws://h/hub', body)).toEqual({ kind: 'refused', reason });
  });

  it('accepts any answer of a server without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(['connect', 'redirect', 'refused']).toContain(answer('ws://h/', body).kind);
      }),
      { numRuns: 300 },
    );
  });
});
