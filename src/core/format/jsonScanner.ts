/** Where bytes stop being JSON. */
export interface JsonProblem {
  /** Offset of the byte that does not fit; the length of the input if it ends too early. */
  readonly at: number;
  /** What RFC 8259 allows there, to follow the word "expected". */
  readonly expected: string;
}

export interface JsonScanner {
  /** Scans about `budget` more bytes. @returns whether the scan is complete or has stopped at a problem */
  step(budget: number): boolean;
  /** Bytes scanned so far. */
  readonly position: number;
  readonly problem: JsonProblem | undefined;
  /** Bytes so far that are not white space between tokens. */
  readonly tokenBytes: number;
  /** Colons so far between a name and its value. */
  readonly colons: number;
}

/** Called at the first byte of a token that starts a line of the pretty view. */
export type OnLine = (offset: number, depth: number) => void;

const VALUE = 0;
const VALUE_OR_END = 1;
const NAME = 2;
const NAME_OR_END = 3;
const COLON = 4;
const COMMA_OR_END = 5;
const NOTHING = 6;
const IN_VALUE_STRING = 7;
const IN_NAME_STRING = 8;

const ARRAY = 0x5b;
const OBJECT = 0x7b;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;

const ESCAPES = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)));
const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), word]));

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;
const isHex = (byte: number | undefined): boolean =>
  byte !== undefined && (isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66));

/**
 * Validates JSON (RFC 8259) byte by byte without building values, so nothing is changed and the cost depends only on
 * its length. Nesting takes one byte per level and no stack.
 */
export function createJsonScanner(bytes: Uint8Array, onLine: OnLine): JsonScanner {
  let position = 0;
  let state = VALUE;
  let problem: JsonProblem | undefined;
  let tokenBytes = 0;
  let colons = 0;
  let containers = new Uint8Array(64);
  let depth = 0;
  let startsLine = true;

  const fail = (at: number, expected: string): true => {
    problem = { at, expected };
    position = at;
    return true;
  };

  const enter = (container: number): void => {
    if (depth === containers.length) {
      const larger = new Uint8Array(depth * 2);
      larger.set(containers);
      containers = larger;
    }
    containers[depth++] = container;
    startsLine = true;
    state = container === OBJECT ? NAME_OR_END : VALUE_OR_END;
  };

  /** Called after a value or a container is complete. */
  const leave = (): void => {
    state = depth === 0 ? NOTHING : COMMA_OR_END;
  };

  /**
   * Scans a string up to its end or `limit`. Escape sequences are never split, so the scan can resume anywhere it
   * stops.
   */
  const string = (limit: number): boolean => {
    const start = position;
    let at = position;
    while (at < limit) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        at++;
        if (state === IN_NAME_STRING) state = COLON;
        else leave();
        break;
      }
      if (byte < 0x20) return fail(at, 'control characters in a string to be escaped');
      if (byte !== BACKSLASH) {
        at++;
        continue;
      }
      const escape = bytes[at + 1];
      if (escape === 0x75) {
        for (let digit = at + 2; digit < at + 6; digit++) {
          if (!isHex(bytes[digit])) return fail(digit, 'four hexadecimal digits after \\u');
        }
        at += 6;
      } else {
        if (escape === undefined || !ESCAPES.has(escape)) {
          return fail(at + 1, 'one of " \\ / b f n r t u after a backslash');
        }
        at += 2;
      }
    }
    position = at;
    tokenBytes += at - start;
    return false;
  };

  const number = (): boolean => {
    let at = position;
    const digits = (): boolean => {
      const first = at;
      while (isDigit(bytes[at])) at++;
      return at > first;
    };
    if (bytes[at] === MINUS) at++;
    // A number has no leading zeros: after a first zero, only a fraction or an exponent may follow.
    if (bytes[at] === ZERO) at++;
    else if (!digits()) return fail(at, 'a digit');
    if (bytes[at] === DOT) {
      at++;
      if (!digits()) return fail(at, 'a digit');
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++;
      if (bytes[at] === 0x2b || bytes[at] === MINUS) at++;
      if (!digits()) return fail(at, 'a digit');
    }
    tokenBytes += at - position;
    position = at;
    leave();
    return false;
  };

  const literal = (word: string): boolean => {
    for (let index = 1; index < word.length; index++) {
      if (bytes[position + index] !== word.charCodeAt(index))
        return fail(position + index, `the rest of ${word}`);
    }
    tokenBytes += word.length;
    position += word.length;
    leave();
    return false;
  };

  const value = (byte: number): boolean => {
    if (byte === QUOTE) {
      state = IN_VALUE_STRING;
    } else if (byte === OBJECT || byte === ARRAY) {
      enter(byte);
    } else if (byte === MINUS || isDigit(byte)) {
      return number();
    } else {
      const word = LITERALS.get(byte);
      return word === undefined ? fail(position, expectation()) : literal(word);
    }
    position++;
    tokenBytes++;
    return false;
  };

  const expectation = (): string => {
    const inObject = depth > 0 && containers[depth - 1] === OBJECT;
    switch (state) {
      case VALUE:
        return 'a value';
      case VALUE_OR_END:
        return 'a value or ]';
      case NAME:
        return 'a name in double quotes';
      case NAME_OR_END:
        return 'a name in double quotes or }';
      case COLON:
        return 'a colon';
      case COMMA_OR_END:
        return inObject ? 'a comma or }' : 'a comma or ]';
      case NOTHING:
        return 'nothing after the end of the value';
      default:
        return 'the closing quote of a string';
    }
  };

  /** Handles the `}` or `]` of the innermost container, if it is allowed here. */
  const closes = (byte: number): boolean => {
    if (state !== COMMA_OR_END && state !== VALUE_OR_END && state !== NAME_OR_END) return false;
    return byte === (containers[depth - 1] === OBJECT ? 0x7d : 0x5d);
  };

  const token = (byte: number): boolean => {
    if (closes(byte)) {
      depth--;
      if (state === COMMA_OR_END) onLine(position, depth);
      startsLine = false;
      leave();
    } else if (state === COMMA_OR_END && byte === COMMA) {
      startsLine = true;
      state = containers[depth - 1] === OBJECT ? NAME : VALUE;
    } else if (state === COLON && byte === 0x3a) {
      colons++;
      state = VALUE;
    } else {
      const isName = state === NAME || state === NAME_OR_END;
      if (state === COLON || state >= COMMA_OR_END || (isName && byte !== QUOTE)) {
        return fail(position, expectation());
      }
      if (startsLine) onLine(position, depth);
      startsLine = false;
      if (!isName) return value(byte);
      state = IN_NAME_STRING;
    }
    position++;
    tokenBytes++;
    return false;
  };

  return {
    get position() {
      return position;
    },
    get problem() {
      return problem;
    },
    get tokenBytes() {
      return tokenBytes;
    },
    get colons() {
      return colons;
    },
    step(budget) {
      const limit = Math.min(bytes.length, position + budget);
      while (position < limit) {
        if (state === IN_VALUE_STRING || state === IN_NAME_STRING) {
          if (string(limit)) return true;
          continue;
        }
        const byte = bytes[position]!;
        if (isSpace(byte)) position++;
        else if (token(byte)) return true;
      }
      if (position < bytes.length) return false;
      return state === NOTHING || fail(bytes.length, expectation());
    },
  };
}
