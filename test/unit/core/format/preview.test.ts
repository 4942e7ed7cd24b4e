import { describe, expect, it } from 'vitest';
import { PREVIEW_BYTES, previewBinary, previewText } from '../../../../src/core/format/preview.ts';
import { PREVIEW_CHARS } from '../../../../src/shared/limits.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('previewText', () => {
  it('shows short text as it is', () => {
    expect(previewText(utf8('{"price": 1.0}'))).toBe('{"price": 1.0}');
    expect(previewText(utf8(''))).toBe('');
  });

  it('stays on one line: controls become pictures', () => {
    expect(previewText(utf8('a\r\nb\tc\0d\x1b[2J\x7f'))).toBe('a␍↵b⇥c␀d␛[2J␡');
  });

  it('names characters that reorder or hide text', () => {
    expect(previewText(utf8('user\u202Egnp.exe'))).toBe('user‹U+202E›gnp.exe');
    expect(previewText(utf8('\uFEFFa\u200Bb\u2066c\u0085d\u2028e\u{E0041}'))).toBe(
      '‹U+FEFF›a‹U+200B›b‹U+2066›c‹U+0085›d‹U+2028›e‹U+E0041›',
    );
  });

  it('keeps the joiners that emoji and Persian are spelled with', () => {
    expect(previewText(utf8('👩‍💻 می‌خواهم'))).toBe('👩‍💻 می‌خواهم');
  });

  it('cuts after PREVIEW_CHARS characters of any width', () => {
    for (const character of ['x', 'é', '€', '😀']) {
      const preview = previewText(utf8(character.repeat(PREVIEW_CHARS * 3)));
      expect(preview).toBe(character.repeat(PREVIEW_CHARS));
    }
  });

  it('is the same for the head of a payload and the whole, also if the head splits a character', () => {
    for (let shift = 0; shift < 4; shift++) {
      const whole = utf8('x'.repeat(shift) + '😀'.repeat(PREVIEW_CHARS * 2));
      expect(previewText(whole.subarray(0, PREVIEW_BYTES))).toBe(previewText(whole));
      expect(previewText(whole)).not.toContain('\uFFFD');
    }
  });

  it('shows invalid bytes and a character that the message itself cuts off as U+FFFD', () => {
    expect(previewText(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\uFFFDb');
    expect(previewText(utf8('€').subarray(0, 2))).toBe('\uFFFD');
  });
});

describe('previewBinary', () => {
  it('shows bytes in hexadecimal', () => {
    expect(previewBinary(Uint8Array.of(0, 1, 0xab, 0xff))).toBe('00 01 ab ff');
    expect(previewBinary(new Uint8Array())).toBe('');
  });

  it('fits into PREVIEW_CHARS', () => {
    const preview = previewBinary(new Uint8Array(10_000));
    expect(preview.length).toBeLessThanOrEqual(PREVIEW_CHARS);
    expect(preview.startsWith('00 00')).toBe(true);
    expect(preview.endsWith(' 00')).toBe(true);
  });
});
