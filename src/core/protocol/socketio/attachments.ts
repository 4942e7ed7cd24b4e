import { rangeOf } from '../json/jsonRanges.ts';
import { base64Json } from '../json/binaryBody.ts';
import type { DecodedPayload } from '../unit.ts';
import { derivedPayload } from '../unit.ts';

// `{"_placeholder":true,"num":0}` stands for attachment 0. A JSON string cannot contain this text, because its quotes
// would be escaped.
const PLACEHOLDER =
  /\{\s*"_placeholder"\s*:\s*true\s*,\s*"num"\s*:\s*(\d+)\s*\}|\{\s*"num"\s*:\s*(\d+)\s*,\s*"_placeholder"\s*:\s*true\s*\}/g;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export const placeholder = (index: number): string => `{"_placeholder":true,"num":${index}}`;

/** Arguments with the attachments in their places, as `{"$base64":"…"}`. A placeholder without an attachment stays. */
export function joinAttachments(args: DecodedPayload, attachments: readonly Uint8Array[]): DecodedPayload {
  return derivedPayload('json', () =>
    utf8.decode(args.read()).replace(PLACEHOLDER, (written, first?: string, second?: string) => {
      const bytes = attachments[Number(first ?? second)];
      return bytes ? base64Json(bytes) : written;
    }),
  );
}

/** The arguments of an event: the elements after its name, as a JSON array. */
export function eventArguments(data: Uint8Array, start: number, end: number): DecodedPayload {
  let place: { readonly first: number | undefined } | undefined;
  // Computed lazily, because an index never needs it.
  const find = (): number | undefined => (place ??= { first: rangeOf(data, start, [1])?.start }).first;
  const read = (): Uint8Array => {
    const first = find();
    if (first === undefined) return new TextEncoder().encode('[]');
    // The array from its second element on, byte for byte.
    const close = rangeOf(data, start, [])?.end ?? end;
    const bytes = new Uint8Array(close - first + 1);
    bytes[0] = 0x5b;
    bytes.set(data.subarray(first, close), 1);
    return bytes;
  };
  return {
    form: 'json',
    get range() {
      const first = find();
      return first === undefined ? undefined : { start: first, end };
    },
    read,
  };
}
