import type { Kind } from '../../shared/timeline.ts';
import { KiB } from '../../shared/limits.ts';

export type Content = 'json' | 'xml' | 'text' | 'binary';

/** Bytes that are examined to distinguish text from binary, regardless of the payload's size. */
const HEAD = 64 * KiB;

/** Control characters that occur in text: white space, ESC (terminal colours), and RS, which ends a SignalR message. */
const TEXT_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1b, 0x1e]);

/** The start of an object or array. Other JSON looks the same pretty-printed as it does as text. */
const JSON_START = /^[ \t\r\n]*[[{]/;

/** The start of an element, a declaration or a comment. */
const XML_START = /^\uFEFF?[ \t\r\n]*<[?!A-Za-z_:\u0080-\uffff]/;

/**
 * Guesses what a payload holds. A text message is never `binary`, even if its bytes are not valid UTF-8. A binary
 * message is text, JSON or XML if its beginning is UTF-8 without control characters that text does not have. `json` and
 * `xml` are guesses from the beginning; only formatting shows whether all of it is.
 */
export function sniff(bytes: Uint8Array, kind: Kind): Content {
  const head = bytes.subarray(0, HEAD);
  switch (kind) {
    case 'open':
    case 'close':
    case 'error':
    case 'note':
      return 'json';
    case 'text':
      break;
    case 'binary':
    case 'ping':
    case 'pong':
      if (!isText(head, bytes.length > HEAD)) return 'binary';
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head);
  if (JSON_START.test(text)) return 'json';
  return XML_START.test(text) ? 'xml' : 'text';
}

function isText(head: Uint8Array, isCut: boolean): boolean {
  // STOMP ends its frames with NUL. Anywhere else a NUL means binary.
  const last = !isCut && head.at(-1) === 0 ? head.length - 1 : head.length;
  if (last === 0) return false;
  for (let index = 0; index < last; index++) {
    const byte = head[index]!;
    if (byte < 0x20 && !TEXT_CONTROLS.has(byte)) return false;
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: isCut });
  } catch {
    // A fatal decoder throws on bytes that are not UTF-8.
    return false;
  }
  return true;
}
