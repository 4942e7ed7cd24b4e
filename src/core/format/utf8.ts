import { SLICE_BYTES } from './lineView.ts';

/**
 * The offset of the first byte of the first invalid UTF-8 sequence (RFC 3629), or undefined.
 * Yields the bytes done after each slice.
 */
export function* findInvalidUtf8(bytes: Uint8Array): Generator<number, number | undefined> {
  let position = 0;
  while (position < bytes.length) {
    const end = Math.min(bytes.length, position + SLICE_BYTES);
    position = validUpTo(bytes, position, end);
    if (position < end) return position;
    yield position;
  }
  return undefined;
}

/**
 * Length in bytes of the character at `position`; for an invalid or cut sequence, of the part that is there.
 * At least 1.
 */
export function sequenceLength(bytes: Uint8Array, position: number): number {
  const expected = expectedLength(bytes[position]!);
  let length = 1;
  while (length < expected && (bytes[position + length]! & 0xc0) === 0x80) length++;
  return length;
}

/** The length that the lead byte announces; 1 if it is no lead byte. */
function expectedLength(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** A sequence that begins before `end` may extend beyond it. @returns the first invalid byte, or at least `end` */
function validUpTo(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const lead = bytes[position]!;
    if (lead < 0x80) {
      position++;
      continue;
    }
    const length = expectedLength(lead);
    if (length === 1 || sequenceLength(bytes, position) < length || isForbidden(lead, bytes[position + 1]!)) {
      return position;
    }
    position += length;
  }
  return position;
}

/** The second byte reveals overlong forms, surrogates and code points beyond U+10FFFF. */
function isForbidden(lead: number, second: number): boolean {
  switch (lead) {
    case 0xe0:
      return second < 0xa0;
    case 0xed:
      return second > 0x9f;
    case 0xf0:
      return second < 0x90;
    case 0xf4:
      return second > 0x8f;
    default:
      return false;
  }
}
