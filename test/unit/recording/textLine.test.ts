import { describe, expect, test } from 'vitest';
import { createTextLines, type Colours } from '../../../src/recording/read/textLine.ts';
import type { Direction, Kind } from '../../../src/shared/timeline.ts';

const plain = (text: string): string => text;
const PLAIN: Colours = { dim: plain, green: plain, cyan: plain, red: plain };
const NOON = new Date(2026, 10, 3, 12, 1, 7, 123).getTime();

function line(kind: Kind, direction: Direction, payload: Uint8Array | string, time = 456): string {
  const data = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  return [...createTextLines(NOON, PLAIN)({ seq: 0, time, kind, direction }, data)].join('');
}

test('an altered message of a proxy is marked', () => {
  const altered = { seq: 0, time: 456, kind: 'text', direction: 'out', flags: 64 } as const;
  expect([...createTextLines(NOON, PLAIN)(altered, new TextEncoder().encode('x'))].join('')).toBe(
    '-> 12:01:07.123456 text   (altered) x\n',
  );
});

describe('a row is one line of direction, time, kind and text', () => {
  test.each([
    ['text', 'in', 'hello', '<- 12:01:07.123456 text   hello\n'],
    ['text', 'out', '', '-> 12:01:07.123456 text   (0 B)\n'],
    ['binary', 'in', Uint8Array.of(0, 255), '<- 12:01:07.123456 binary (2 B) 00 ff\n'],
    ['binary', 'in', new Uint8Array(0), '<- 12:01:07.123456 binary (0 B)\n'],
    ['ping', 'in', 'beat', '<- 12:01:07.123456 ping   beat\n'],
    ['pong', 'out', Uint8Array.of(0xff), '-> 12:01:07.123456 pong   (1 B) ff\n'],
    ['open', 'none', '{"status":101,"protocol":"","extensions":"x"}', '-- 12:01:07.123456 open   101 x\n'],
    ['close', 'in', '{"code":1000,"reason":"bye","clean":true}', '<- 12:01:07.123456 close  1000 bye\n'],
    [
      'error',
      'none',
      '{"code":"dns.not-found","message":"No."}',
      '-- 12:01:07.123456 error  dns.not-found: No.\n',
    ],
    ['note', 'none', '{"note":"gap","text":"5 missing."}', '-- 12:01:07.123456 note   5 missing.\n'],
  ] as const)('%s %s', (kind, direction, payload, expected) => {
    expect(line(kind, direction, payload)).toBe(expected);
  });

  test('a close without a close handshake is marked', () => {
    expect(line('close', 'in', '{"code":1006,"reason":"","clean":false}')).toContain('1006 (without a close');
  });

  test('of a long binary message the beginning is shown, of a long text everything', () => {
    expect(line('binary', 'in', new Uint8Array(33))).toContain(`(33 B) ${'00 '.repeat(32)}…`);
    expect(line('text', 'in', 'x'.repeat(100_000))).toContain('x'.repeat(100_000));
  });

  test('text that is not valid UTF-8 is shown as bytes', () => {
    expect(line('text', 'in', Uint8Array.of(0x61, 0xff))).toContain('(2 B) 61 ff');
  });
});

describe('time of day', () => {
  test('continues over seconds and hours, to the microsecond', () => {
    const lines = createTextLines(NOON, PLAIN);
    const at = (time: number): string =>
      [...lines({ seq: 0, time, kind: 'text', direction: 'in' }, new Uint8Array())].join('');
    expect(at(0)).toContain(' 12:01:07.123000 ');
    expect(at(876_999)).toContain(' 12:01:07.999999 ');
    expect(at(877_000)).toContain(' 12:01:08.000000 ');
    expect(at(3_600_000_000)).toContain(' 13:01:07.123000 ');
    expect(at(1)).toContain(' 12:01:07.123001 ');
  });
});

describe('a server cannot act upon the terminal', () => {
  const hostile = '\u001b[2J\r\n\u0007\u009b31m\u007f\u202e\u2028';

  test.each([
    ['text', hostile],
    ['ping', hostile],
    ['open', JSON.stringify({ status: 101, protocol: hostile })],
    ['close', JSON.stringify({ code: 1000, reason: hostile })],
    ['error', JSON.stringify({ code: 'x', message: hostile })],
    ['note', JSON.stringify({ note: 'limit', text: hostile })],
    ['note', hostile],
  ] as const)('by a %s', (kind, payload) => {
    const printed = line(kind, 'in', payload);
    expect(printed.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u2028]/);
    expect(printed).toContain('[2J');
  });
});

test('colours mark arrow, time and kind, never the text', () => {
  const mark =
    (name: string) =>
    (text: string): string =>
      `<${name}>${text}</>`;
  const colours: Colours = { dim: mark('dim'), green: mark('green'), cyan: mark('cyan'), red: mark('red') };
  const printed = [
    ...createTextLines(NOON, colours)(
      { seq: 0, time: 0, kind: 'text', direction: 'in' },
      new TextEncoder().encode('hello'),
    ),
  ].join('');
  expect(printed).toBe('<green><-</> <dim>12:01:07.123000</> <green>text  </> hello\n');
});
