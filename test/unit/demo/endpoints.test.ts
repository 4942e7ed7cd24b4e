import { describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { burstTemplate, writeNumber } from '../../../src/demo/burstTemplate.ts';
import { close, refuse } from '../../../src/demo/endings.ts';
import { integerParameter, type HttpRefusal } from '../../../src/demo/endpoint.ts';

const query = (text: string): URLSearchParams => new URLSearchParams(text);

/** The frame of message `value`. */
function frame(count: number, size: number, value: number): Buffer {
  const template = burstTemplate(count, size);
  const { head, filler, fillerBytes, tail, whole } = template;
  const bytes = Buffer.from(whole ?? Buffer.concat([head, filler.subarray(0, fillerBytes), tail]));
  writeNumber(bytes, 0, value, template);
  return bytes;
}

/** The payload behind the header of an unmasked frame (RFC 6455, section 5.2). */
function payloadOf(bytes: Buffer): string {
  expect(bytes[0]).toBe(0x81);
  const [, short = 0] = bytes;
  const [header, length] =
    short < 126
      ? [2, short]
      : short === 126
        ? [4, bytes.readUInt16BE(2)]
        : [10, Number(bytes.readBigUInt64BE(2))];
  expect(bytes).toHaveLength(header + length);
  return bytes.subarray(header).toString();
}

describe('a message of a burst', () => {
  it.each([1, 2, 5, 6, 7, 8, 9, 10, 20, 21, 22, 125, 126, 127, 1_000, 65_535, 65_536, 100_000])(
    'has exactly %i bytes',
    (size) => {
      for (const value of [0, 9, 10, 999]) expect(payloadOf(frame(1_000, size, value))).toHaveLength(size);
    },
  );

  it.each([22, 100, 1_000, 65_536])('is JSON with its number if %i bytes are enough', (size) => {
    for (const value of [0, 7, 42, 999]) {
      const { n, pad } = JSON.parse(payloadOf(frame(1_000, size, value))) as { n: number; pad: string };
      expect(n).toBe(value);
      expect(pad).toMatch(/^x*$/);
    }
  });

  it.each([9, 10, 15])('is JSON without a filler in %i bytes', (size) => {
    expect(JSON.parse(payloadOf(frame(1_000, size, 42)))).toEqual({ n: 42 });
  });

  it.each([
    [1, 1_234, '4'],
    [3, 1_234, '234'],
    [6, 42, '000042'],
  ])('in %i bytes is the end of its number', (size, value, text) => {
    expect(payloadOf(frame(1_000_000, size, value))).toBe(text);
  });
});

describe('a number in the query of the demo server', () => {
  const range = { min: 1, max: 100, fallback: 7 };

  it.each([
    ['', 7],
    ['n=1', 1],
    ['n=100', 100],
    ['n=050', 50],
    ['n=3&n=99', 3],
  ])('in %j is %i', (text, value) => {
    expect(integerParameter(query(text), 'n', range)).toBe(value);
  });

  it.each([
    'n=',
    'n=0',
    'n=101',
    'n=-1',
    'n=1.5',
    'n=1e2',
    'n=0x10',
    'n= 1',
    'n=%31%00',
    'n=9999999999999999',
  ])('is refused in %j, with its range', (text) => {
    expect(() => integerParameter(query(text), 'n', range)).toThrow(
      expect.objectContaining({
        code: 'call.invalid',
        message: expect.stringContaining('give a whole number from 1 to 100') as string,
      }),
    );
  });
});

describe('/refuse', () => {
  it.each([
    ['', 403],
    ['status=400', 400],
    ['status=599', 599],
  ])('%j refuses with %i and a body that says so', (text, status) => {
    const refusal = refuse.open(query(text)) as HttpRefusal;
    expect(refusal.status).toBe(status);
    expect(JSON.parse(refusal.body)).toMatchObject({ error: 'refused', status });
  });

  it.each([
    [401, 'WWW-Authenticate'],
    [426, 'Upgrade'],
    [429, 'Retry-After'],
    [503, 'Retry-After'],
  ])('gives the status %i the header that RFC 9110 has for it', (status, name) => {
    expect((refuse.open(query(`status=${status}`)) as HttpRefusal).headers).toHaveProperty(name);
  });

  it('sends the requested body, also an empty one', () => {
    expect((refuse.open(query('body=a%0Ab')) as HttpRefusal).body).toBe('a\nb');
    expect((refuse.open(query('body=')) as HttpRefusal).body).toBe('');
  });

  it.each(['status=200', 'status=101', 'status=399', 'status=600'])('does not refuse with %s', (text) => {
    expect(() => refuse.open(query(text))).toThrow(expect.objectContaining({ code: 'call.invalid' }));
  });
});

describe('/close', () => {
  function closed(text: string) {
    const client = { close: vi.fn(), terminate: vi.fn() };
    const serve = close.open(query(text));
    (serve as (client: WebSocket) => void)(client as unknown as WebSocket);
    return client;
  }

  it.each([
    ['', undefined, ''],
    ['code=1005', undefined, ''],
    ['code=1000', 1000, ''],
    ['code=1014&reason=a%20b', 1014, 'a b'],
    ['code=3000', 3000, ''],
    ['code=4999&reason=%F0%9F%91%8B', 4999, '👋'],
  ])('%j closes with %s and %j', (text, code, reason) => {
    expect(closed(text).close).toHaveBeenCalledExactlyOnceWith(code, reason);
  });

  it('ends TCP without a close frame for 1006', () => {
    const client = closed('code=1006&reason=ignored');
    expect(client.terminate).toHaveBeenCalledOnce();
    expect(client.close).not.toHaveBeenCalled();
  });

  it.each(['code=1004', 'code=1015', 'code=1016', 'code=2999', 'code=999', 'code=5000'])(
    'does not send %s, which a close frame must not have',
    (text) => {
      expect(() => close.open(query(text))).toThrow(expect.objectContaining({ code: 'call.invalid' }));
    },
  );

  it('takes a reason of 123 bytes and no longer one', () => {
    expect(closed(`code=1000&reason=${'x'.repeat(123)}`).close).toHaveBeenCalledOnce();
    expect(() => close.open(query(`code=1000&reason=${'x'.repeat(124)}`))).toThrow(/over 123 bytes/);
    expect(() => close.open(query(`code=1000&reason=${'ä'.repeat(62)}`))).toThrow(/over 123 bytes/);
    expect(() => close.open(query('reason=x'))).toThrow(/a close frame without a code has none/);
  });
});
