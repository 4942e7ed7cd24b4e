import { promisify } from 'node:util';
import { brotliCompress, constants, deflate, deflateRaw, gzip } from 'node:zlib';
import type { Compression } from '../../core/codec/compression.ts';
import type { ProtobufType } from '../../core/codec/protobuf/protobufSchema.ts';
import { readProtobufType } from '../../recording/read/schemaFiles.ts';

/** Brotli at its best takes seconds for a megabyte; servers use about this quality for what is made on the fly. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

const COMPRESSORS: Readonly<Record<Compression, (data: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: promisify<Uint8Array, Buffer>(gzip),
  zlib: promisify<Uint8Array, Buffer>(deflate),
  deflate: promisify<Uint8Array, Buffer>(deflateRaw),
  brotli: (data) => promisify(brotliCompress)(data, QUALITY),
};

/** Compresses a payload, outside of this thread. */
export function compress(format: Compression, data: Uint8Array): Promise<Uint8Array> {
  return COMPRESSORS[format](data);
}

/**
 * The type that a payload is encoded by.
 * @param path of a `.proto` file or a descriptor set, absolute
 * @throws DuplexError `file.invalid`, `disk.denied`
 */
export function protobufType(path: string, message: string): Promise<ProtobufType> {
  return readProtobufType(path, message);
}
