import type { CodecProblem } from '../../codec/codecProblem.ts';
import { MAX_INFLATED_BYTES, type Inflate, type StreamInflate } from '../../codec/compression.ts';
import { ZlibStream } from '../../codec/zlibStream.ts';
import { sniff } from '../../format/sniff.ts';
import type { Role, WireMessage } from '../protocolModule.ts';
import { type Decoded, fromBase64, NOTHING_DECODED, placedUnit, toBase64, wholeRange } from '../unit.ts';

/** The external functions, and the sides whose messages are one zlib stream. */
export interface ConnectionInflatePorts {
  readonly inflate: Inflate;
  readonly stream: StreamInflate;
  readonly sides: readonly Role[];
}

interface SavedStream {
  readonly isOpen: boolean;
  readonly isBroken: boolean;
  readonly window: string;
  readonly held: string;
}

/** Undoes the rule `zlib-stream` for the binary messages of one connection, before anything else decodes them. */
export class ConnectionInflate {
  readonly #streams = new Map<Role, ZlibStream>();

  /** @param checkpoint of another instance. @throws Error if `checkpoint` did not create it */
  constructor(ports: ConnectionInflatePorts, checkpoint?: string) {
    const saved = JSON.parse(checkpoint ?? '{}') as Partial<Record<Role, SavedStream>>;
    const unpack = (bytes: Uint8Array): Uint8Array => {
      const read = ports.inflate('deflate', bytes);
      if ('problem' in read || read.bytes.length > MAX_INFLATED_BYTES)
        throw new RangeError('The state of a zlib stream is not valid.');
      return read.bytes;
    };
    for (const side of ports.sides) {
      const { [side]: state } = saved;
      const stream = state && {
        ...state,
        window: bytesOf(state.window),
        held: bytesOf(state.held),
      };
      this.#streams.set(side, new ZlibStream(ports.stream, stream, unpack));
    }
  }

  /** Undefined while a long part is incomplete. */
  checkpoint(): string | undefined {
    const saved: Partial<Record<Role, SavedStream>> = {};
    for (const [side, stream] of this.#streams) {
      const state = stream.state();
      if (!state) return undefined;
      saved[side] = { ...state, window: toBase64(state.window), held: toBase64(state.held) };
    }
    return JSON.stringify(saved);
  }

  /**
   * Never throws.
   * @param decode decodes the inflated message. Its units keep no view of the original message
   * @returns undefined if the message is not a part of a stream
   */
  read<T extends Decoded>(
    message: WireMessage,
    decode: (inflated: WireMessage) => T,
  ): T | Decoded | undefined {
    const stream = message.kind === 'binary' ? this.#streams.get(message.from) : undefined;
    if (!stream) return undefined;
    const output = stream.push(message.data);
    // The part continues in the next message.
    if (!output) return NOTHING_DECODED;
    if ('problem' in output) return failedPart(output);
    const kind = sniff(output, 'binary') === 'binary' ? 'binary' : 'text';
    const decoded = decode({ kind, from: message.from, data: output });
    const range = wholeRange(message.data);
    return {
      ...decoded,
      units: decoded.units.map((unit) => placedUnit(unit, range)),
      problems: decoded.problems.map((problem) => ({ ...problem, at: 0 })),
    };
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (!bytes) throw new RangeError('The state of a zlib stream is not base64.');
  return bytes;
}

function failedPart({ problem, at, isLimit }: CodecProblem): Decoded {
  const code = isLimit ? 'decode.limit' : 'decode.binary';
  return { units: [], problems: [{ code, message: problem, at }] };
}
