import {
  brotliDecompressSync,
  constants,
  deflateRawSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import {
  type Compression,
  type Inflate,
  MAX_INFLATED_BYTES,
  type StreamInflate,
} from '../../core/codec/compression.ts';
import type { CodecProblem } from '../../core/codec/codecProblem.ts';
import { joinBytes } from '../../core/codec/joinBytes.ts';

/** Functions instead of references, so that zlib is loaded when the first of them runs. */
const INFLATERS: Readonly<Record<Compression, (bytes: Uint8Array, options: ZlibOptions) => Buffer>> = {
  gzip: (bytes, options) => gunzipSync(bytes, options),
  zlib: (bytes, options) => inflateSync(bytes, options),
  deflate: (bytes, options) => inflateRawSync(bytes, options),
  brotli: (bytes, options) => brotliDecompressSync(bytes, options),
};

/** The result with the option `info`; Node's types omit it. */
interface WithInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Inflates in this thread, which is a worker. Stops at MAX_INFLATED_BYTES. */
export const inflate: Inflate = (format, bytes) => {
  try {
    const options: ZlibOptions = { maxOutputLength: MAX_INFLATED_BYTES, info: true };
    const { buffer, engine } = INFLATERS[format](bytes, options) as unknown as WithInfo;
    return { bytes: new Uint8Array(buffer), consumed: engine.bytesWritten };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      const problem = `Data in ${format} of more than ${MAX_INFLATED_BYTES} bytes is not inflated.`;
      return { problem, at: bytes.length, isLimit: true };
    }
    return { problem: `Not ${format}: ${message}.`, at: 0 };
  }
};

/**
 * An empty last block with fixed codes (RFC 1951, section 3.2.6). After a flush it ends the stream at once; anywhere
 * else it does not, so it shows whether all bytes of a part have arrived.
 */
const LAST_BLOCK = Uint8Array.of(3, 0);

/**
 * Inflates the parts of a stream one by one. Node cannot copy the state of a stream, but after a flush the state is the
 * last 32 KiB of output, which can be passed as a dictionary.
 */
export const streamInflate: StreamInflate = {
  part(bytes, window, most) {
    const input = joinBytes([bytes, LAST_BLOCK]);
    try {
      const { buffer, engine } = inflateRawSync(input, optionsOf(window, most)) as unknown as WithInfo;
      const isEnd = engine.bytesWritten < input.length;
      return {
        bytes: new Uint8Array(buffer),
        consumed: Math.min(engine.bytesWritten, bytes.length),
        isEnd,
      };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'Z_BUF_ERROR') return undefined;
      if (code === 'ERR_BUFFER_TOO_LARGE') return longPart(bytes, most);
      const at = validBytes(bytes, window);
      const where = at === undefined ? '' : ` from byte ${at} on`;
      return { problem: `Not a part of this zlib stream${where}: ${message}.`, at: at ?? 0 };
    }
  },
  end(bytes, window, most) {
    try {
      const { buffer, engine } = inflateRawSync(bytes, optionsOf(window, most)) as unknown as WithInfo;
      return { bytes: new Uint8Array(buffer), consumed: engine.bytesWritten, isEnd: true };
    } catch (error) {
      // Any other fault is reported when a flush completes the part.
      const isLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      return isLong ? longPart(bytes, most) : undefined;
    }
  },
  deflate: (bytes) => new Uint8Array(deflateRawSync(bytes, { level: 1 })),
};

function longPart(bytes: Uint8Array, most: number): CodecProblem {
  const problem = `A part of a zlib stream of more than ${most} bytes is not inflated.`;
  return { problem, at: bytes.length, isLimit: true };
}

function optionsOf(window: Uint8Array, most: number): ZlibOptions {
  return { ...(window.length > 0 && { dictionary: window }), maxOutputLength: most, info: true };
}

/** Maximum output bytes of one attempt to find a fault: each attempt begins at the start again. */
const MAX_SEARCHED = 64 * 1024;

/**
 * The number of bytes that inflate before a fault, which the library does not report. Undefined if there are too many
 * to search.
 */
function validBytes(bytes: Uint8Array, window: Uint8Array): number | undefined {
  const options = { ...optionsOf(window, MAX_SEARCHED), finishFlush: constants.Z_SYNC_FLUSH };
  let valid = 0;
  let faulty = bytes.length;
  while (faulty - valid > 1) {
    const middle = Math.floor((valid + faulty) / 2);
    try {
      inflateRawSync(bytes.subarray(0, middle), options);
      valid = middle;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
      // The fault is in the first half.
      faulty = middle;
    }
  }
  return valid;
}
