import { describe, expect, it } from 'vitest';
import { connectOptions } from '../../../../src/core/session/options/connectOptions.ts';
import { cutOffFailure, frameFailure, tooManyPings } from '../../../../src/net/frames/frameFailure.ts';
import type { FrameFacts, FrameFailure } from '../../../../src/net/frames/frameFailure.ts';

const HOST = 'example.test:80';
const options = connectOptions({ url: 'ws://example.test/', maxPayload: 1000, maxFragments: 20 });
const NOTHING: FrameFacts = { oversize: undefined, partial: undefined, fault: undefined };

/** The failure for an error that the transport reports with this code and text. */
function failure(code: string, text = '', facts = NOTHING): FrameFailure | undefined {
  return frameFailure(Object.assign(new Error(text), { code }), HOST, options, facts);
}

describe('the size limit', () => {
  const CODE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

  it('names the message size, the received bytes and the setting', () => {
    const partial = { received: 12, size: 5000, compressed: false };
    const told = failure(CODE, '', { ...NOTHING, oversize: { size: 5000, whole: true }, partial });
    expect(told?.error.code).toBe('limit.payload');
    expect(told?.error.message).toBe(
      'A message of 5000 bytes is larger than the limit of 1000 bytes: raise the option “max-payload”, or set it to 0 for no limit.',
    );
    expect(told?.evidence).toEqual({ size: 5000, received: 12 });
  });

  it('omits the received bytes if the scanner is already at another message', () => {
    const partial = { received: 3, size: 9, compressed: false };
    const told = failure(CODE, '', { ...NOTHING, oversize: { size: 5000, whole: true }, partial });
    expect(told?.evidence).toEqual({ size: 5000 });
  });

  it('distinguishes the inflated size from the announced size', () => {
    expect(failure(CODE)?.error.message).toMatch(
      /^A compressed message inflates to more than the limit of 1000/,
    );
    const told = failure(CODE, '', { ...NOTHING, oversize: { size: 1500, whole: false } });
    expect(told?.error.message).toMatch(/^A message of 1500 bytes and more, in fragments, is larger/);
  });
});

describe('the limit of parts', () => {
  it('distinguishes fragments from pieces, which have no setting', () => {
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

describe('a frame fault', () => {
  it('keeps the words of the transport if its kind is unknown', () => {
    const told = failure('WS_ERR_SOMETHING_NEW', 'Invalid WebSocket frame: something new');
    expect(told?.error.code).toBe('protocol.frame');
    expect(told?.error.message).toContain('Invalid WebSocket frame: something new');
  });

  it('is left to others if it is not about frames', () => {
    expect(failure('ECONNRESET')).toBeUndefined();
    expect(frameFailure(new Error('no code'), HOST, options, NOTHING)).toBeUndefined();
  });

  it('keeps its cause', () => {
    const cause = Object.assign(new Error('x'), { code: 'WS_ERR_INVALID_UTF8' });
    expect(frameFailure(cause, HOST, options, NOTHING)?.error.cause).toBe(cause);
  });
});

describe('a connection that broke off', () => {
  const whole = { received: 12, size: 100, compressed: false };

  it('is reported with the received bytes of the message, and how it ended', () => {
    const told = cutOffFailure(HOST, whole, undefined);
    expect(told?.error.message).toBe(
      'example.test:80 broke off the connection in the middle of a message, of which 12 of 100 bytes came (ended TCP without a close frame): check the log of the server, or of a proxy in between.',
    );
    expect(told?.evidence).toEqual({ received: 12, size: 100 });
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    expect(cutOffFailure(HOST, whole, undefined, reset)?.error.message).toContain('came (ECONNRESET)');
  });

  it('is reported with the known sizes of a compressed message', () => {
    const part = cutOffFailure(HOST, { received: 12, size: undefined, compressed: true }, undefined);
    expect(part?.error.message).toContain('of which 12 compressed bytes came');
    expect(part?.evidence).toEqual({ received: 12 });
  });

  it.each([
    [{ what: 'frame header', received: 1, size: undefined }, 'a frame header, of which 1 byte came'],
    [{ what: 'frame header', received: 3, size: 4 }, 'a frame header, of which 3 of 4 bytes came'],
    [{ what: 'ping', received: 0, size: 9 }, 'a ping, of which 0 of 9 bytes came'],
  ])('is reported for %o', (frame, text) => {
    expect(cutOffFailure(HOST, undefined, frame)?.error.message).toContain(text);
  });

  it('is no frame failure between two frames', () => {
    expect(cutOffFailure(HOST, undefined, undefined)).toBeUndefined();
  });
});

it('names the setting that stops unanswered pings', () => {
  const error = tooManyPings(HOST);
  expect(error.code).toBe('limit.pings');
  expect(error.message).toMatch(
    /^example\.test:80 sends pings faster.* 10000 wait.*the option “no-auto-pong”/,
  );
});

describe('a client that fails', () => {
  const CLIENT = 'The client at 127.0.0.1:5000';
  const ofClient = (code: string, text = '', facts = NOTHING): string | undefined =>
    frameFailure(Object.assign(new Error(text), { code }), CLIENT, options, facts, 'client')?.error.message;

  it.each([
    [
      'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
      '',
      /^A compressed message from the client at 127\.0\.0\.1:5000 inflates to more than/,
    ],
    [
      'WS_ERR_TOO_MANY_BUFFERED_PARTS',
      'Too many message fragments',
      /^A message from the client at 127\.0\.0\.1:5000 came in more than 20 fragments: let the client send/,
    ],
    [
      'WS_ERR_TOO_MANY_BUFFERED_PARTS',
      'Too many buffered chunks',
      /^A message from the client at 127\.0\.0\.1:5000 came in more than 1048576 pieces.*: let the client write/,
    ],
    ['WS_ERR_INVALID_UTF8', '', /^The client at 127\.0\.0\.1:5000 sent text .*\(RFC 6455, section 8\.1\)/],
    [
      'WS_ERR_EXPECTED_MASK',
      'Invalid WebSocket frame: MASK must be set',
      /^The client at 127\.0\.0\.1:5000 violated .*\(RFC 6455, section 5\).* The client or a proxy in between/,
    ],
  ])('is named in its error: %s %s', (code, text, expected) => {
    expect(ofClient(code, text)).toMatch(expected);
    expect(ofClient(code, text)).not.toMatch(/server/);
  });

  it('is named with the size of its message', () => {
    const told = ofClient('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', '', {
      ...NOTHING,
      oversize: { size: 5000, whole: true },
    });
    expect(told).toMatch(/^A message of 5000 bytes from the client at 127\.0\.0\.1:5000 is larger/);
  });

  it('is referred to its own log when it breaks off, and has no option for its pings', () => {
    const partial = { received: 12, size: 50, compressed: false };
    expect(cutOffFailure(CLIENT, partial, undefined, undefined, 'client')?.error.message).toMatch(
      /^The client at 127\.0\.0\.1:5000 broke .* 12 of 50 bytes .*: check the log of the client, or/,
    );
    expect(tooManyPings(CLIENT, 'client').message).toMatch(/let it wait for an answer\.$/);
  });
});
