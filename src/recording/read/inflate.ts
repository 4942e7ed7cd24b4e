import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';
import { type Compression, type Inflate, MAX_INFLATED_BYTES } from '../../core/codec/compression.ts';

/** Functions of their own, so that zlib is loaded when the first of them runs. */
const INFLATERS: Readonly<Record<Compression, (bytes: Uint8Array, options: ZlibOptions) => Buffer>> = {
  gzip: (bytes, options) => gunzipSync(bytes, options),
  zlib: (bytes, options) => inflateSync(bytes, options),
  deflate: (bytes, options) => inflateRawSync(bytes, options),
  brotli: (bytes, options) => brotliDecompressSync(bytes, options),
};

/** Inflates in this thread, which is a worker. Stops at MAX_INFLATED_BYTES. */
export const inflate: Inflate = (format, bytes) => {
  try {
    // With `info` the result includes the engine, which Node's types omit.
    const options: ZlibOptions = { maxOutputLength: MAX_INFLATED_BYTES, info: true };
    const { buffer, engine } = INFLATERS[format](bytes, options) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
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
