import type { ByteRange } from '../../shared/units.ts';

/** Maps JSON as it was transmitted to the same JSON indented. */
export interface AlignedJson {
  /** The range in the indented text of bytes of the transmitted text; undefined if they are only whitespace. */
  placeOf(range: ByteRange): { readonly from: number; readonly to: number } | undefined;
  /** The bytes of a range of the indented text; undefined if it is only whitespace. */
  bytesOf(from: number, to: number): ByteRange | undefined;
}

/** A run of characters that both texts contain. */
interface Piece {
  readonly raw: number;
  readonly pretty: number;
  readonly length: number;
}

/**
 * Finds each part of a JSON text in its indented form, which differs only in the whitespace between tokens.
 * @returns undefined if they differ in anything else, because the indented text then belongs to other bytes
 */
export function alignJson(raw: string, pretty: string): AlignedJson | undefined {
  const pieces = commonPieces(raw, pretty);
  if (!pieces) return undefined;

  /** Converts the range from `from` to `to` on one side to the range on the other side. */
  const across = (
    side: 'raw' | 'pretty',
    from: number,
    to: number,
  ): { readonly from: number; readonly to: number } | undefined => {
    const other = side === 'raw' ? 'pretty' : 'raw';
    if (from >= to) return undefined;
    const first = pieces[firstEndingAfter(pieces, side, from)];
    const after = firstEndingAfter(pieces, side, to - 1);
    const isInside = after < pieces.length && pieces[after]![side] < to;
    // Whitespace at the end belongs to no piece, so the piece before it is the last.
    const end = pieces[isInside ? after : after - 1];
    if (!first || !end) return undefined;
    const start = first[other] + Math.max(0, from - first[side]);
    const stop = end[other] + Math.min(end.length, to - end[side]);
    return start < stop ? { from: start, to: stop } : undefined;
  };

  return {
    placeOf: ({ start, end }) => across('raw', indexOfByte(raw, start), indexOfByte(raw, end)),
    bytesOf(from, to) {
      const found = across('pretty', from, to);
      if (!found) return undefined;
      const start = byteLength(raw, 0, found.from);
      return { start, end: start + byteLength(raw, found.from, found.to) };
    },
  };
}

function commonPieces(raw: string, pretty: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let at = skipSpace(raw, 0);
  let shown = skipSpace(pretty, 0);
  while (at < raw.length && shown < pretty.length) {
    const length = tokenLength(raw, at);
    for (let i = 0; i < length; i++)
      if (raw.charCodeAt(at + i) !== pretty.charCodeAt(shown + i)) return undefined;
    const last = pieces.at(-1);
    if (last && last.raw + last.length === at && last.pretty + last.length === shown)
      pieces[pieces.length - 1] = { ...last, length: last.length + length };
    else pieces.push({ raw: at, pretty: shown, length });
    at = skipSpace(raw, at + length);
    shown = skipSpace(pretty, shown + length);
  }
  return at === raw.length && shown === pretty.length ? pieces : undefined;
}

/** A string is one token; outside strings each character is. */
function tokenLength(text: string, start: number): number {
  if (text[start] !== '"') return 1;
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length) - start;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  return at;
}

/** A binary search. */
function firstEndingAfter(pieces: readonly Piece[], side: 'raw' | 'pretty', index: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle]!;
    if (piece[side] + piece.length <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the character that a byte of the text's UTF-8 belongs to. */
function indexOfByte(text: string, byte: number): number {
  let bytes = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.codePointAt(at)!;
    bytes += utf8Bytes(code);
    if (bytes > byte) break;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}

function byteLength(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to;) {
    const code = text.codePointAt(at)!;
    bytes += utf8Bytes(code);
    at += code > 0xffff ? 2 : 1;
  }
  return bytes;
}

function utf8Bytes(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
