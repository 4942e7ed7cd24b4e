import { decode } from '@msgpack/msgpack';
import type { CodecProblem } from './cbor.ts';

/**
 * Reads one MessagePack value that takes all bytes. 64-bit integers are bigints, extensions ExtData, timestamps Date.
 * Never throws.
 */
export function readMsgpack(bytes: Uint8Array): { readonly value: unknown } | CodecProblem {
  try {
    return { value: decode(bytes, { useBigInt64: true, ...lengths(bytes.length) }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `Not MessagePack: ${reason}.`, at: 0 };
  }
}

/** No length can be more than the bytes that there are: none is believed before. */
function lengths(most: number) {
  return {
    maxStrLength: most,
    maxBinLength: most,
    maxArrayLength: most,
    maxMapLength: most,
    maxExtLength: most,
  };
}
