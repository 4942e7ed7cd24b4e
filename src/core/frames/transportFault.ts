import type { FrameFault } from './frameHeader.ts';
import type { FaultyFrame } from './frameScanner.ts';

/**
 * Explains an error of the transport as a fault of its peer.
 * @param code of `ws` (`WS_ERR_…`) or of zlib (`Z_…`)
 * @param text the transport's own message, for an unknown code
 * @param found the first frame whose header violates the protocol, if the scanner found one
 * @returns undefined if the error is not a protocol violation: a limit, or a network fault
 */
export function transportFault(
  code: string,
  text: string,
  found: FaultyFrame | undefined,
): FrameFault | FaultyFrame | undefined {
  if (code.startsWith('Z_'))
    return { what: 'compressed data cannot be inflated', where: 'RFC 7692, section 7.2.2' };
  if (!code.startsWith('WS_ERR_') || LIMITS.has(code)) return undefined;
  if (code === 'WS_ERR_INVALID_CLOSE_CODE') {
    // In its text `ws` names only the refused number.
    const number = /\d+$/.exec(text)?.[0] ?? '';
    return {
      what: `a close frame has the code ${number}, which may not be sent`,
      where: 'RFC 6455, section 7.4',
    };
  }
  // Section 8.1 applies to text messages and to the reasons of close frames, which `ws` does not distinguish.
  if (code === 'WS_ERR_INVALID_UTF8')
    return { what: 'text is not valid UTF-8', where: 'RFC 6455, section 8.1' };
  return found ?? { what: text, where: 'RFC 6455, section 5' };
}

/** Codes of `ws` for valid data that exceeds the receiver's limits. */
const LIMITS: ReadonlySet<string> = new Set([
  'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'WS_ERR_TOO_MANY_BUFFERED_PARTS',
]);

/** The first bytes of a faulty frame and the frame before it, as the end of a sentence that starts with the frame. */
export function faultPlace({ head, lastGood, after }: FaultyFrame): string {
  const bytes = head.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
  const before =
    lastGood === undefined
      ? 'is the first one'
      : `comes after ${after} good ${after === 1 ? 'frame' : 'frames'}, the last a ${lastGood}`;
  return `begins with ${bytes} and ${before}`;
}
