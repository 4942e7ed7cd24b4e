import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../src/core/session/options/connectOptions.ts';
import {
  acceptExtensions,
  answerOffer,
  compresses,
  deflateOf,
  offerOf,
} from '../../../../src/net/handshake/deflate.ts';
import type { DeflateParameters } from '../../../../src/shared/session.ts';

const options = (deflateParameters: DeflateParameters = {}, deflate = true) =>
  connectOptions({ url: 'ws://a/', deflate, deflateParameters });
const wanted = { deflate: true, maxPayload: 0 };

describe('the compression offer', () => {
  it.each<[DeflateParameters, string]>([
    [{}, 'permessage-deflate; client_max_window_bits'],
    [{ clientMaxWindowBits: 12 }, 'permessage-deflate; client_max_window_bits=12'],
    [
      { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9 },
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits',
    ],
  ])('is built from %j: %s', (parameters, header) => {
    expect(offerOf(deflateOf(options(parameters)))).toBe(header);
  });

  it('is empty if compression is off', () => {
    expect(deflateOf(options({}, false))).toBeUndefined();
    expect(offerOf(undefined)).toBe('');
  });
});

describe('the answer to a compression offer', () => {
  it.each([
    ['permessage-deflate', 'permessage-deflate'],
    ['permessage-deflate; client_max_window_bits', 'permessage-deflate'],
    ['permessage-deflate; server_no_context_takeover', 'permessage-deflate; server_no_context_takeover'],
    ['permessage-deflate; server_max_window_bits=10', 'permessage-deflate; server_max_window_bits=10'],
    ['x-other, permessage-deflate', 'permessage-deflate'],
    ['permessage-deflate; server_max_window_bits=7, permessage-deflate', undefined],
  ])('accepts %s with %s', (offer, answer) => {
    expect(answerOffer(offer, wanted)?.answer).toBe(answer);
  });

  it.each([
    ['', 'an empty header'],
    ['x-webkit-deflate-frame', 'another extension'],
    ['permessage-deflate; level=9', 'an unknown parameter'],
    ['permessage-deflate; server_max_window_bits=99', 'an invalid window'],
    ['permessage-deflate; server_max_window_bits', 'a window without a number'],
    [';;;,,,', 'a list that cannot be read'],
    ['\u0000', 'a control character'],
  ])('declines %j: %s', (offer) => {
    expect(answerOffer(offer, wanted)).toBeUndefined();
  });

  it('declines every offer if compression is off', () => {
    expect(answerOffer('permessage-deflate', { ...wanted, deflate: false })).toBeUndefined();
  });

  it('is accepted by the side that offered', () => {
    for (const parameters of [{}, { serverNoContextTakeover: true }, { serverMaxWindowBits: 11 }]) {
      const client = deflateOf(options(parameters))!;
      const answered = answerOffer(offerOf(client), wanted)!;
      expect(acceptExtensions(answered.answer, client, options(parameters))).toBe(true);
    }
  });
});

describe('the compression of a message', () => {
  const agreed = (answer: string) => {
    const client = deflateOf(options())!;
    acceptExtensions(answer, client, options());
    return client;
  };

  it.each([0, 1, 1_000_000])('is off without an agreement, for %i bytes', (bytes) => {
    expect(compresses(undefined, bytes)).toBe(false);
  });

  it('is on with context takeover, for every size', () => {
    expect(compresses(agreed('permessage-deflate'), 0)).toBe(true);
  });

  it('depends on the size without context takeover, for each side separately', () => {
    const client = agreed('permessage-deflate; client_no_context_takeover');
    expect([1023, 1024].map((bytes) => compresses(client, bytes))).toEqual([false, true]);
    expect(compresses(client, 1, 'server')).toBe(true);
  });
});
