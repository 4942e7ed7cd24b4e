import { MiB } from '../../shared/limits.ts';
import type { CodecProblem } from './codecProblem.ts';

/** Formats that hold other data. Only the first two are recognised by their first bytes. */
export type Compression = 'gzip' | 'zlib' | 'deflate' | 'brotli';

/** Maximum bytes of an inflated message: the limit stops decompression bombs. */
export const MAX_INFLATED_BYTES = 64 * MiB;

interface Inflated {
  readonly bytes: Uint8Array;
  /** Bytes of the compressed data up to its end. */
  readonly consumed: number;
}

/** Inflates data. Never throws: data that is not valid is a problem. The implementation is outside of core. */
export type Inflate = (format: Compression, bytes: Uint8Array) => Inflated | CodecProblem;

/** The format that the first bytes indicate: RFC 1952, section 2.3.1, and RFC 1950, section 2.2. */
export function compressionOf([first = 0, second = 0, third = 0]: Uint8Array): 'gzip' | 'zlib' | undefined {
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip';
  // Deflate with a window of at most 32 KiB, no dictionary, and a check that makes a multiple of 31.
  const isZlib =
    (first & 0x0f) === 8 && first <= 0x78 && (second & 0x20) === 0 && (first * 256 + second) % 31 === 0;
  return isZlib ? 'zlib' : undefined;
}

/**
 * Inflates the flushed parts of a deflate stream (RFC 1951), and deflates the data that a checkpoint keeps.
 */
export interface StreamInflate {
  /**
   * Never throws.
   * @param bytes a part that starts where the one before it was flushed
   * @param window the last output before it, up to 32 KiB
   * @returns undefined if the part continues in later bytes
   */
  part(bytes: Uint8Array, window: Uint8Array, most: number): InflatedPart | CodecProblem | undefined;
  /**
   * Never throws.
   * @returns the part if the stream ends within `bytes`; undefined if it does not end or is faulty
   */
  end(bytes: Uint8Array, window: Uint8Array, most: number): InflatedPart | CodecProblem | undefined;
  /** Deflates without a header. */
  deflate(bytes: Uint8Array): Uint8Array;
}

export interface InflatedPart extends Inflated {
  /** Whether the stream ended in this part. */
  readonly isEnd: boolean;
}
