import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../src/core/session/options/connectOptions.ts';
import { brokenOff, frameFailure, tooManyPings } from '../../../../src/net/frames/frameFailure.ts';
import type { FrameFacts, FrameFailure } from '../../../../src/net/frames/frameFailure.ts';

const HOST = 'example.test:80';
const options = connectOptions({ url: 'ws://example.test/', maxPayload: 1000, maxFragments: 20 });
const NOTHING: FrameFacts = { oversize: undefined, partial: undefined };

/** What is said of an error that the transport reports with this code and text. */
function failure(code: string, text = '', facts = NOTHING): FrameFailure | undefined {
  return frameFailure(Object.assign(new Error(text), { code }), HOST, options, facts);
}

describe('the size limit', () => {
  const CODE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

  it('names the size of a message, how much of it came, and the setting', () => {
    const partial = { received: 12, size: 5000, compressed: false };
    const told = failure(CODE, '', { oversize: { size: 5000, whole: true }, partial });
    expect(told?.error.code).toBe('limit.payload');
    expect(told?.error.message).toBe(
      'A message of 5000 bytes is larger than the limit of 1000 bytes: raise max-payload, or set it to 0 for no limit.',
    );
    expect(told?.evidence).toEqual({ size: 5000, received: 12 });
  });

  it('says nothing of what came where the scanner is at another message already', () => {
    const partial = { received: 3, size: 9, compressed: false };
    const told = failure(CODE, '', { oversize: { size: 5000, whole: true }, partial });
    expect(told?.evidence).toEqual({ size: 5000 });
  });

  it('tells what inflates from what is announced', () => {
    expect(failure(CODE)?.error.message).toMatch(
      /^A compressed message inflates to more than the limit of 1000/,
    );
    const told = failure(CODE, '', { ...NOTHING, oversize: { size: 1500, whole: false } });
    expect(told?.error.message).toMatch(/^A message of 1500 bytes and more, in fragments, is larger/);
  });
});

describe('the limit of parts', () => {
  it('tells fragments from pieces, for which there is no setting', () => {
    const fragments = failure('WS_ERR_TOO_MANY_BUFFERED_PARTS', 'Too many message fragments');
    expect(fragments?.error.code).toBe('limit.fragments');
    expect(fragments?.error.message).toMatch(/more than 20 fragments.*max-fragments/);
    const pieces = failure('WS_ERR_TOO_MANY_BUFFERED_PARTS', 'Too many buffered chunks', {
      ...NOTHING,
      partial: { received: 77, size: 1000, compressed: false },
    });
    expect(pieces?.error.message).toMatch(/more than 1048576 pieces/);
    expect(pieces?.error.message).not.toContain('max-fragments');
    expect(pieces?.evidence).toEqual({ received: 77 });
  });
});

describe('a fault', () => {
  it('that is new to us is told in the words of the transport', () => {
    const told = failure('WS_ERR_SOMETHING_NEW', 'Invalid WebSocket frame: something new');
    expect(told?.error.code).toBe('protocol.frame');
    expect(told?.error.message).toContain('Invalid WebSocket frame: something new');
  });

  it('that is not about frames is left to others', () => {
    expect(failure('ECONNRESET')).toBeUndefined();
    expect(frameFailure(new Error('no code'), HOST, options, NOTHING)).toBeUndefined();
  });

  it('keeps the error that it came from', () => {
    const cause = Object.assign(new Error('x'), { code: 'WS_ERR_INVALID_UTF8' });
    expect(frameFailure(cause, HOST, options, NOTHING)?.error.cause).toBe(cause);
  });
});

it('a connection that broke off says so with what is known', () => {
  const whole = brokenOff(HOST, { received: 12, size: 100, compressed: false });
  expect(whole.error.message).toBe(
    "example.test:80 broke the connection off in the middle of a message, of which 12 of 100 bytes came: look into the server's log.",
  );
  expect(whole.evidence).toEqual({ received: 12, size: 100 });
  const part = brokenOff(HOST, { received: 12, size: undefined, compressed: true });
  expect(part.error.message).toContain('of which 12 compressed bytes came');
  expect(part.evidence).toEqual({ received: 12 });
});

it('pings that no pong follows name the setting that ends it', () => {
  const error = tooManyPings(HOST);
  expect(error.code).toBe('limit.pings');
  expect(error.message).toMatch(/^example\.test:80 sends pings faster.* 10000 wait.*automatic pongs/);
});
