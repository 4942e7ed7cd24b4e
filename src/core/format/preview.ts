import { PREVIEW_CHARS } from '../../shared/limits.ts';
import { makeVisible } from './visible.ts';

/** Bytes of a payload that a preview reads: enough for PREVIEW_CHARS characters of any width. */
export const PREVIEW_BYTES = PREVIEW_CHARS * 4;

const HEX_CHARS_PER_BYTE = 3;
const PREVIEW_BINARY_BYTES = Math.floor(PREVIEW_CHARS / HEX_CHARS_PER_BYTE);

/**
 * The first PREVIEW_CHARS characters of UTF-8 on one line. Control and invisible characters are made visible, invalid
 * bytes become U+FFFD.
 * @param bytes the payload, or at least its first PREVIEW_BYTES bytes
 */
export function previewText(bytes: Uint8Array): string {
  const cut = bytes.length >= PREVIEW_BYTES;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  // In stream mode the decoder withholds a sequence that the cut split, instead of showing it as invalid.
  const text = decoder.decode(bytes.subarray(0, PREVIEW_BYTES), { stream: cut });
  return makeVisible(firstCharacters(text, PREVIEW_CHARS));
}

/**
 * The first bytes in hexadecimal, separated by blanks.
 * @param bytes the payload, or at least its first PREVIEW_BYTES bytes
 */
export function previewBinary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, PREVIEW_BINARY_BYTES)) {
    text += (text === '' ? '' : ' ') + byte.toString(16).padStart(2, '0');
  }
  return text;
}

/** Counts code points, so that no surrogate pair is split. */
function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  let end = 0;
  for (let taken = 0; taken < count && end < text.length; taken++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}
