import { MiB } from '../../shared/limits.ts';

/** Maximum bytes of a message that is decoded. Longer ones stay raw. */
export const MAX_CODEC_BYTES = 16 * MiB;

/** Why bytes are not valid: one sentence, and the offset of the first invalid byte. */
export interface CodecProblem {
  readonly problem: string;
  readonly at: number;
  /** The bytes may be valid, but a limit stops decoding. */
  readonly isLimit?: true;
}
