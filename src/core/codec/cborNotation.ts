import { joinBytes } from './joinBytes.ts';
import { encode, encodedNumber } from './cborPackage.ts';
import { MAX_CBOR_DEPTH } from './cbor.ts';

/** Why text is not diagnostic notation: the expected element, as a noun, and its position in characters. */
export interface NotationProblem {
  readonly expected: string;
  readonly at: number;
}

/**
 * Writes one CBOR data item from diagnostic notation (RFC 8949, section 8; the `b64` and the comments of RFC 8610, appendix G). JSON is
 * such notation. Widths are the shortest unless an encoding indicator says otherwise, as in `1_3`.
 */
export function writeCborNotation(text: string): Uint8Array<ArrayBuffer> | NotationProblem {
  const writer = new NotationWriter(text);
  try {
    writer.item(0);
    writer.end();
  } catch (error) {
    if (error instanceof Misfit) return { expected: error.expected, at: error.at };
    throw error;
  }
  return writer.bytes();
}

/** Ends the recursion. `writeCborNotation` catches it and returns a problem. */
class Misfit extends Error {
  constructor(
    readonly expected: string,
    readonly at: number,
  ) {
    super(expected);
  }
}

const [UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE] = [0, 1, 2, 3, 4, 5, 6, 7];

const BREAK = 0xff;

/** The first byte of a float of two bytes. */
const HALF = 0xf9;

/** White space, and comments between slashes. */
const BLANK = /(?:[ \t\r\n]+|\/[^/]*\/)*/y;
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const HEX = /h'((?:[\da-fA-F\s]{2}|\s)*)'/y;
const BASE64 = /b64'([A-Za-z0-9+/_-]*={0,2})'/y;
const NUMBER = /(-?(?:0|[1-9]\d*)(?:(\.\d+)?([eE][+-]?\d+)?))(?:_([0-3]))?/y;
const FLOAT_WORD = /(NaN|-?Infinity)(?:_([1-3]))?/y;
const WORD = /(true|false|null|undefined)\b/y;
const SIMPLE_VALUE = /simple\((\d{1,3})\)/y;

const WORDS: Readonly<Record<string, number>> = { false: 0xf4, true: 0xf5, null: 0xf6, undefined: 0xf7 };

class NotationWriter {
  readonly #parts: Uint8Array[] = [];
  #at = 0;

  constructor(private readonly text: string) {}

  bytes(): Uint8Array<ArrayBuffer> {
    return joinBytes(this.#parts);
  }

  end(): void {
    this.#take(BLANK);
    if (this.#at < this.text.length) throw new Misfit('the end', this.#at);
  }

  item(depth: number): void {
    this.#take(BLANK);
    if (this.#string()) return;
    if (this.#skip('[')) return this.#list(ARRAY, ']', depth);
    if (this.#skip('{')) return this.#list(MAP, '}', depth);
    if (this.#skip('(_')) return this.#chunks();
    const word = this.#take(WORD)?.[1];
    if (word !== undefined) return this.#put([WORDS[word]!]);
    const simple = this.#take(SIMPLE_VALUE)?.[1];
    if (simple !== undefined) return this.#simple(Number(simple));
    const float = this.#take(FLOAT_WORD);
    if (float) return this.#float(Number(float[1]), float[2]);
    const start = this.#at;
    const number = this.#take(NUMBER);
    if (!number) throw new Misfit('a value', start);
    const [, digits = '', fraction, exponent, width] = number;
    if (fraction !== undefined || exponent !== undefined) return this.#float(Number(digits), width);
    if (this.#skip('(')) {
      this.#nest(depth, start);
      this.#tag(digits, width, start);
      this.item(depth + 1);
      this.#expect(')');
      return undefined;
    }
    // -0 is not an integer of CBOR.
    return digits === '-0' ? this.#float(-0, width) : this.#integer(BigInt(digits), width, start);
  }

  #nest(depth: number, at: number): void {
    if (depth >= MAX_CBOR_DEPTH) throw new Misfit(`at most ${MAX_CBOR_DEPTH} levels`, at);
  }

  #string(): boolean {
    const text = this.#take(STRING)?.[0];
    const hex = text === undefined ? this.#take(HEX)?.[1] : undefined;
    const base64 = text === undefined && hex === undefined ? this.#take(BASE64)?.[1] : undefined;
    if (text !== undefined) {
      const bytes = new TextEncoder().encode(JSON.parse(text) as string);
      this.#head(TEXT, bytes.length);
      this.#put(bytes);
    } else if (hex !== undefined) {
      const pairs = hex.replace(/\s/g, '').match(/../g) ?? [];
      this.#head(BYTES, pairs.length);
      this.#put(pairs.map((pair) => Number.parseInt(pair, 16)));
    } else if (base64 !== undefined) {
      const bytes = fromBase64(base64, this.#at);
      this.#head(BYTES, bytes.length);
      this.#put(bytes);
    } else return false;
    return true;
  }

  /**
   * Writes an array or a map: its head with the number of elements or members, unless the length is
   * indefinite, and its content.
   */
  #list(major: number, close: string, depth: number): void {
    this.#nest(depth, this.#at - 1);
    const isIndefinite = this.#skip('_');
    const place = this.#parts.push(new Uint8Array()) - 1;
    let count = 0;
    this.#take(BLANK);
    for (let isFirst = true; !this.#skip(close); isFirst = false) {
      if (!isFirst) this.#expect(',');
      this.item(depth + 1);
      if (major === MAP) {
        this.#expect(':');
        this.item(depth + 1);
      }
      count++;
      this.#take(BLANK);
    }
    this.#parts[place] = isIndefinite ? Uint8Array.of(major * 32 + 31) : head(major, BigInt(count));
    if (isIndefinite) this.#put([BREAK]);
  }

  /** `(_ h'01', h'02')`: strings of one kind, one after the other. */
  #chunks(): void {
    const place = this.#parts.push(new Uint8Array()) - 1;
    let major: number | undefined;
    for (let isFirst = true; ; isFirst = false) {
      this.#take(BLANK);
      if (!isFirst) {
        if (this.#skip(')')) break;
        this.#expect(',');
        this.#take(BLANK);
      }
      const [start, next] = [this.#at, this.#parts.length];
      if (!this.#string()) throw new Misfit('a string', start);
      const found = this.#parts[next]![0]! >> 5;
      if (major !== undefined && found !== major) throw new Misfit('a string of the same kind', start);
      major = found;
    }
    this.#parts[place] = Uint8Array.of((major ?? BYTES) * 32 + 31);
    this.#put([BREAK]);
  }

  #tag(digits: string, width: string | undefined, start: number): void {
    const number = BigInt(digits);
    if (digits.startsWith('-') || number >= 2n ** 64n) throw new Misfit('a tag from 0 to 2^64 - 1', start);
    this.#parts.push(sized(TAG, number, width, start));
  }

  #integer(value: bigint, width: string | undefined, start: number): void {
    const magnitude = value < 0n ? -1n - value : value;
    if (magnitude < 2n ** 64n) {
      this.#parts.push(sized(value < 0n ? NEGATIVE : UNSIGNED, magnitude, width, start));
      return;
    }
    // RFC 8949, section 3.4.3: a bignum.
    const digits = magnitude.toString(16);
    const pairs = (digits.length % 2 === 0 ? digits : `0${digits}`).match(/../g)!;
    this.#head(TAG, value < 0n ? 3 : 2);
    this.#head(BYTES, pairs.length);
    this.#put(pairs.map((pair) => Number.parseInt(pair, 16)));
  }

  #simple(value: number): void {
    if (value > 255 || (value >= 24 && value < 32))
      throw new Misfit('a simple value of 0 to 23 or 32 to 255', this.#at);
    this.#head(SIMPLE, value);
  }

  /** The shortest width that keeps the value, or that of the indicator. */
  #float(value: number, width: string | undefined): void {
    const shortest = encode(encodedNumber(value, 'f'));
    if (width === '0' || (width === '1' && shortest[0] !== HALF))
      throw new Misfit(`a number that ${width === '0' ? 'one byte holds' : 'two bytes hold'}`, this.#at);
    this.#put(
      width === '2' || width === '3' ? encode(encodedNumber(value, width === '2' ? 'f32' : 'f64')) : shortest,
    );
  }

  #head(major: number, count: number): void {
    this.#parts.push(head(major, BigInt(count)));
  }

  #put(bytes: ArrayLike<number>): void {
    this.#parts.push(Uint8Array.from(bytes));
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (found) this.#at = pattern.lastIndex;
    return found ?? undefined;
  }

  #skip(written: string): boolean {
    if (!this.text.startsWith(written, this.#at)) return false;
    this.#at += written.length;
    return true;
  }

  #expect(written: string): void {
    this.#take(BLANK);
    if (!this.#skip(written)) throw new Misfit(`“${written}”`, this.#at);
  }
}

/** The head of an item in its shortest form. */
function head(major: number, count: bigint): Uint8Array {
  const width =
    count < 24n ? undefined : count < 2n ** 8n ? 0 : count < 2n ** 16n ? 1 : count < 2n ** 32n ? 2 : 3;
  return width === undefined ? Uint8Array.of(major * 32 + Number(count)) : wide(major, count, width);
}

function sized(major: number, count: bigint, indicator: string | undefined, at: number): Uint8Array {
  if (indicator === undefined) return head(major, count);
  const width = Number(indicator);
  if (count >= 2n ** BigInt(8 * 2 ** width)) throw new Misfit(`a number that ${2 ** width} bytes hold`, at);
  return wide(major, count, width);
}

/** @param width 0 to 3: 1, 2, 4 or 8 bytes after the first */
function wide(major: number, count: bigint, width: number): Uint8Array {
  const bytes = new Uint8Array(1 + 2 ** width);
  bytes[0] = major * 32 + 24 + width;
  let rest = count;
  for (let at = bytes.length - 1; at > 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}

function fromBase64(digits: string, at: number): Uint8Array {
  try {
    return Uint8Array.from(atob(digits.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
  } catch {
    // A length that no base64 has.
    throw new Misfit('base64', at);
  }
}
