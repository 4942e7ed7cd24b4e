import type { Mark } from '../../shared/queryProtocol.ts';
import type { Kind } from '../../shared/timeline.ts';
import { visibleOffsets } from '../format/visible.ts';
import { lowerAscii } from './compilePlain.ts';
import type { TextMatcher } from './textMatcher.ts';

/** Bytes of a payload in which matches are marked: more than a preview shows, because a match may end after it. */
export const MARK_BYTES = 4096;

const HEX_CHARS_PER_BYTE = 3;

/**
 * Finds the matches of a pattern in a row's preview.
 * @param preview as core/format/preview.ts makes it
 * @param payload the first MARK_BYTES of it
 * @param cut whether the payload has more
 */
export function previewMarks(
  matcher: TextMatcher,
  kind: Kind,
  preview: string,
  payload: Uint8Array,
  cut: boolean,
): Mark[] {
  switch (kind) {
    case 'text':
    case 'ping':
    case 'pong':
      return inText(matcher, preview.length, payload, cut);
    case 'binary':
      return inHex(matcher, preview.length, payload);
    default:
      // The preview of these kinds is a summary, not the start of the payload.
      return matcher.ranges(preview);
  }
}

/** The preview spells out some characters, so a match moves by the characters that were added before it. */
function inText(matcher: TextMatcher, length: number, payload: Uint8Array, cut: boolean): Mark[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload, { stream: cut });
  const marks: Mark[] = [];
  const shown = visibleOffsets(text, matcher.ranges(text).flat());
  for (let at = 0; at < shown.length && shown[at]! < length; at += 2)
    marks.push([shown[at]!, Math.min(length, shown[at + 1]!)]);
  return marks;
}

function inHex({ proofs, ignoresCase }: TextMatcher, length: number, payload: Uint8Array): Mark[] {
  const [needle] = proofs;
  if (needle === undefined) return [];
  const bytes = payload.slice(0, Math.ceil(length / HEX_CHARS_PER_BYTE) + needle.length);
  if (ignoresCase) lowerAscii(bytes, bytes);
  const marks: Mark[] = [];
  for (let at = 0; at * HEX_CHARS_PER_BYTE < length;) {
    if (!needle.every((byte, i) => bytes[at + i] === byte)) at++;
    else {
      const end = (at + needle.length) * HEX_CHARS_PER_BYTE - 1;
      marks.push([at * HEX_CHARS_PER_BYTE, Math.min(length, end)]);
      at += needle.length;
    }
  }
  return marks;
}
