import { describe, expect, test } from 'vitest';
import { jsonLine } from '../../../src/recording/read/jsonLine.ts';
import type { Direction, Kind } from '../../../src/shared/timeline.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function line(kind: Kind, direction: Direction, payload: Uint8Array | string, seq = 0, time = 0): string {
  const data = typeof payload === 'string' ? bytes(payload) : payload;
  return [...jsonLine({ seq, time, kind, direction }, data)].join('');
}

describe('jsonLine in the documented form and key order', () => {
  test('writes an open row', () => {
    const detail = '{"headers":[["k","v"]],"extensions":"…","protocol":"v1.json","status":101}';
    expect(line('open', 'none', detail, 0, 1234)).toBe(
      '{"seq":0,"t":1234,"kind":"open","status":101,"protocol":"v1.json","extensions":"…","headers":[["k","v"]]}\n',
    );
  });

  test('writes a text row', () => {
    expect(line('text', 'in', 'Hällo "you"\n', 1, 5678)).toBe(
      '{"seq":1,"t":5678,"dir":"in","kind":"text","size":13,"text":"Hällo \\"you\\"\\n"}\n',
    );
  });

  test('writes an altered message of a proxy', () => {
    const altered = { seq: 1, time: 5, kind: 'text', direction: 'in', flags: 64 } as const;
    expect([...jsonLine(altered, bytes('x'))].join('')).toBe(
      '{"seq":1,"t":5,"dir":"in","kind":"text","altered":true,"size":1,"text":"x"}\n',
    );
    expect([...jsonLine({ ...altered, flags: 32 }, bytes('x'))].join('')).not.toContain('altered');
  });

  test('writes a binary row', () => {
    expect(line('binary', 'out', Uint8Array.of(0, 1, 2), 2, 5690)).toBe(
      '{"seq":2,"t":5690,"dir":"out","kind":"binary","size":3,"base64":"AAEC"}\n',
    );
  });

  test.each(['ping', 'pong'] as const)('writes a %s row', (kind) => {
    expect(line(kind, 'in', '', 3, 7000)).toBe(
      `{"seq":3,"t":7000,"dir":"in","kind":"${kind}","size":0,"base64":""}\n`,
    );
  });

  test('writes a close row', () => {
    expect(line('close', 'in', '{"clean":true,"reason":"","code":1000}', 4, 9000)).toBe(
      '{"seq":4,"t":9000,"dir":"in","kind":"close","code":1000,"reason":"","clean":true}\n',
    );
  });

  test('writes an error with the answer of a refused handshake', () => {
    const detail = '{"code":"handshake.status","message":"No.","status":401,"headers":[],"body":"x"}';
    expect(line('error', 'none', detail, 0, 300)).toBe(
      '{"seq":0,"t":300,"kind":"error","code":"handshake.status","message":"No.","status":401,"headers":[],"body":"x"}\n',
    );
  });

  test('writes an error without an answer', () => {
    expect(line('error', 'none', '{"code":"tcp.refused","message":"No."}')).toBe(
      '{"seq":0,"t":0,"kind":"error","code":"tcp.refused","message":"No."}\n',
    );
  });

  test('writes a note, and the counts of a gap', () => {
    expect(line('note', 'none', '{"note":"reconnect","text":"Again."}', 5, 9100)).toBe(
      '{"seq":5,"t":9100,"kind":"note","note":"reconnect","text":"Again."}\n',
    );
    expect(JSON.parse(line('note', 'none', '{"note":"gap","text":"g","messages":3,"bytes":9}'))).toEqual({
      seq: 0,
      t: 0,
      kind: 'note',
      note: 'gap',
      text: 'g',
      messages: 3,
      bytes: 9,
    });
  });
});

describe('jsonLine for unusual content', () => {
  test('writes text that is not valid UTF-8 as base64', () => {
    const invalid = Uint8Array.of(0x61, 0xff, 0x62);
    expect(JSON.parse(line('text', 'in', invalid))).toMatchObject({ kind: 'text', size: 3, base64: 'Yf9i' });
    expect(line('text', 'in', invalid)).not.toContain('"text":"');
  });

  test('keeps a byte order mark', () => {
    const parsed = JSON.parse(line('text', 'in', Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))) as { text: string };
    expect(parsed.text).toBe('\ufeffa');
  });

  test('shows a row of an unknown kind with its content', () => {
    expect(JSON.parse(line('note', 'none', 'not json'))).toMatchObject({ kind: 'note', text: 'not json' });
  });

  test('splits a large text into pieces that join to the same text', () => {
    const text = 'aé€😀'.repeat(1_000_000);
    const pieces = [...jsonLine({ seq: 0, time: 0, kind: 'text', direction: 'in' }, bytes(text))];
    expect(pieces.length).toBeGreaterThan(3);
    const whole = JSON.parse(pieces.join('')) as { text: string; size: number };
    expect(whole.text === text).toBe(true);
    expect(whole.size).toBe(10_000_000);
  });

  test('splits a large binary message too', () => {
    const data = Uint8Array.from({ length: 10_000_001 }, (_, i) => i % 251);
    const pieces = [...jsonLine({ seq: 0, time: 0, kind: 'binary', direction: 'in' }, data)];
    expect(pieces.length).toBeGreaterThan(3);
    const { base64 } = JSON.parse(pieces.join('')) as { base64: string };
    expect(Buffer.from(base64, 'base64').equals(data)).toBe(true);
  });
});

describe('invisible characters in JSON lines', () => {
  const hostile = [...Array.from({ length: 0x10000 }, (_, code) => code), 0xe0041, 0x1d159, 0xe0100]
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .join('');
  const acting =
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u2028\u2029\u200b\u202a-\u202e\u2060\u2066-\u2069\u2800\u3164\ufeff\u{e0041}\u{1d159}]/u;

  test('are escaped in a text, which reads back the same', () => {
    const printed = line('text', 'in', hostile);
    expect(printed.slice(0, -1)).not.toMatch(acting);
    expect(printed.slice(0, -1)).not.toContain('\n');
    expect((JSON.parse(printed) as { text: string }).text === hostile).toBe(true);
  });

  test('are escaped in headers, reasons and bodies', () => {
    const printed = [
      line('open', 'none', JSON.stringify({ status: 101, headers: [['a', hostile]] })),
      line('close', 'in', JSON.stringify({ code: 1000, reason: hostile, clean: true })),
      line('error', 'none', JSON.stringify({ code: 'x', message: hostile, body: hostile })),
    ].join('');
    expect(printed.replaceAll('\n', '')).not.toMatch(acting);
    expect(printed.split('\n').length).toBe(4);
  });

  test('are escaped as \\u00XX if they are C1 controls or DEL', () => {
    expect(line('text', 'in', '\u009b31m\u007f')).toContain('"text":"\\u009b31m\\u007f"');
  });
});
