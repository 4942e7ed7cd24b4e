import { promisify } from 'node:util';
import {
  brotliCompress,
  brotliDecompress,
  constants,
  deflate,
  deflateRaw,
  gunzip,
  gzip,
  inflate,
  inflateRaw,
} from 'node:zlib';
import type { Compression } from '../../core/codec/compression.ts';

/** Brotli's best quality takes seconds per megabyte. Servers use about this quality for dynamic content. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

const COMPRESSORS: Readonly<Record<Compression, (data: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: promisify<Uint8Array, Buffer>(gzip),
  zlib: promisify<Uint8Array, Buffer>(deflate),
  deflate: promisify<Uint8Array, Buffer>(deflateRaw),
  brotli: (data) => promisify(brotliCompress)(data, QUALITY),
};

/** Compresses a payload outside this thread. */
export function compress(format: Compression, data: Uint8Array): Promise<Uint8Array> {
  return COMPRESSORS[format](data);
}

type Decompress = (data: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const DECOMPRESSORS: Readonly<Record<Compression, Decompress>> = {
  gzip: promisify(gunzip),
  zlib: promisify(inflate),
  deflate: promisify(inflateRaw),
  brotli: promisify(brotliDecompress),
};

/**
 * Decompresses a payload outside this thread.
 * @throws Error if the data is invalid, or decompresses to more than `limit` bytes
 */
export function decompress(format: Compression, data: Uint8Array, limit: number): Promise<Uint8Array> {
  return DECOMPRESSORS[format](data, { maxOutputLength: limit });
}
