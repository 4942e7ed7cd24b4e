import { describe, expect, it } from 'vitest';
import { formatMessage } from '../../../../src/core/format/formatMessage.ts';
import type { Kind } from '../../../../src/shared/timeline.ts';
import type { View } from '../../../../src/shared/formatProtocol.ts';
import { finish, finishWithProgress, linesOf, utf8 } from './helpers.ts';

function format(bytes: Uint8Array, kind: Kind, view: View) {
  const { view: lines, ...rest } = finish(formatMessage(bytes, kind, view));
  return { ...rest, lines: linesOf(lines) };
}

describe('formatMessage', () => {
  it('prints JSON pretty', () => {
    expect(format(utf8('{"a":1.0}'), 'text', 'pretty')).toEqual({
      language: 'json',
      remark: undefined,
      lines: ['{', '  "a": 1.0', '}'],
    });
  });

  it('shows text that is not JSON as it is', () => {
    expect(format(utf8('hello\nyou'), 'text', 'pretty')).toEqual({
      language: 'text',
      remark: undefined,
      lines: ['hello', 'you'],
    });
  });

  it('says at which byte JSON ends, and shows the text', () => {
    expect(format(utf8('{"a":1,}'), 'text', 'pretty')).toEqual({
      language: 'text',
      remark: 'Not JSON from byte 7 on: expected a name in double quotes. Shown as it is.',
      lines: ['{"a":1,}'],
    });
    expect(format(utf8('{"a":1'), 'text', 'pretty').remark).toBe(
      'Not JSON because it ends too early: expected a comma or }. Shown as it is.',
    );
  });

  it('prints XML pretty, and reports where a text stops being XML', () => {
    expect(format(utf8('<a><b>1</b></a>'), 'text', 'pretty')).toEqual({
      language: 'xml',
      remark: undefined,
      lines: ['<a>', '  <b>1</b>', '</a>'],
    });
    expect(format(utf8('<a/>'), 'binary', 'pretty').remark).toBe('A binary message that holds XML.');
    expect(format(utf8('<a><b></a>'), 'text', 'pretty')).toEqual({
      language: 'text',
      remark: 'Not XML from byte 6 on: expected </b>. Shown as it is.',
      lines: ['<a><b></a>'],
    });
    expect(format(utf8('<a><b>'), 'text', 'pretty').remark).toBe(
      'Not XML because it ends too early: expected </b>. Shown as it is.',
    );
    // It only begins like XML.
    expect(format(utf8('<ann> hello'), 'text', 'pretty')).toEqual({
      language: 'text',
      remark: undefined,
      lines: ['<ann> hello'],
    });
    expect(format(utf8('<a><b>1</b></a>'), 'text', 'raw').lines).toEqual(['<a><b>1</b></a>']);
  });

  it('recognises JSON and text in binary messages, and says so', () => {
    expect(format(utf8('[1]'), 'binary', 'pretty')).toEqual({
      language: 'json',
      remark: 'A binary message that holds JSON.',
      lines: ['[', '  1', ']'],
    });
    expect(format(utf8('plain'), 'binary', 'pretty').remark).toBe('A binary message that holds UTF-8 text.');
    expect(format(utf8('plain'), 'ping', 'pretty')).toEqual({
      language: 'text',
      remark: undefined,
      lines: ['plain'],
    });
  });

  it('shows other binary messages as hex, and says why', () => {
    const { language, remark, lines } = format(Uint8Array.of(0, 1, 2), 'binary', 'pretty');
    expect(language).toBe('hex');
    expect(remark).toContain('neither JSON nor UTF-8');
    expect(lines).toHaveLength(1);
  });

  it('shows an empty binary message without a remark', () => {
    expect(format(new Uint8Array(), 'binary', 'pretty')).toEqual({
      language: 'hex',
      remark: undefined,
      lines: [],
    });
  });

  it('reports where text is not valid UTF-8, in both text views', () => {
    const bytes = Uint8Array.from([...utf8('{"a":"'), 0xff, ...utf8('"}')]);
    for (const view of ['pretty', 'raw'] as const) {
      const { remark, lines } = format(bytes, 'text', view);
      expect(remark).toBe(
        'Not valid UTF-8 at byte 6: invalid bytes are shown as \uFFFD. Hex shows them as they are.',
      );
      expect(lines.join('')).toContain('"\uFFFD"');
    }
  });

  it('shows the raw view without a change', () => {
    expect(format(utf8('{ "a":1}\r\n'), 'text', 'raw')).toEqual({
      language: 'text',
      remark: undefined,
      lines: ['{ "a":1}', ''],
    });
  });

  it('says that a binary message has no characters of its own', () => {
    expect(format(Uint8Array.of(0, 0x61), 'binary', 'raw').remark).toContain('binary message');
    expect(format(utf8('{}'), 'binary', 'raw').remark).toBeUndefined();
  });

  it('shows hex of anything', () => {
    expect(format(utf8('{}'), 'text', 'hex')).toMatchObject({ language: 'hex', remark: undefined });
  });

  it('prints the detail of an error pretty', () => {
    const detail = utf8('{"code":"handshake.status","message":"…","status":401}');
    expect(format(detail, 'error', 'pretty')).toMatchObject({ language: 'json', remark: undefined });
  });

  it.each(['pretty', 'raw'] as const)('goes from 0 to 1 in the %s view, without going back', (view) => {
    const long = utf8(JSON.stringify(['x'.repeat(5_000_000), 1]));
    const { progress } = finishWithProgress(formatMessage(long, 'text', view));
    expect(progress.length).toBeGreaterThan(10);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress[0]).toBeGreaterThanOrEqual(0);
    expect(progress.at(-1)).toBeLessThanOrEqual(1);
  });
});
