import { setImmediate } from 'node:timers/promises';
import { formatMessage } from '../core/format/formatMessage.ts';
import type { Formatted } from '../core/format/formatMessage.ts';
import type { CodecProblem } from '../core/codec/codecProblem.ts';
import { sniff } from '../core/format/sniff.ts';
import type { DecodedBinary, InflatedBinary, NotDecoded } from '../core/protocol/binary/decodeBinary.ts';
import { findImage, type ImageSearch } from '../core/protocol/decode/findImage.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import { DuplexError } from '../shared/errors.ts';
import type { FormatWorkerCalls, FormatWorkerEvents } from '../shared/formatProtocol.ts';
import type { Direction, Kind } from '../shared/timeline.ts';
import { KiB, MAX_PULL, MiB } from '../shared/limits.ts';
import { transfer } from '../shared/rpc.ts';
import { serve } from './port.ts';

/**
 * Maximum bytes of a formatted message. Views keep the whole payload in memory, in the process that all extensions
 * share.
 */
const MAX_DOCUMENT = 1024 * MiB;

const READ_BYTES = 16 * MiB;

/** Milliseconds of work between two checks for other calls. */
const TURN = 10;

const PROGRESS_INTERVAL = 100;

interface Document {
  closed: boolean;
  formatted: Formatted | undefined;
  image?: Uint8Array | undefined;
}

const documents = new Map<string, Document>();

/** Works in turns, so that `close` and other documents can run. @throws DuplexError `call.cancelled` */
async function finish<T>(
  document: Document,
  job: Generator<number, T>,
  onProgress?: (part: number) => void,
): Promise<T> {
  let reported = performance.now();
  for (;;) {
    const end = performance.now() + TURN;
    let step = job.next();
    while (!step.done && performance.now() < end) step = job.next();
    if (step.done) return step.value;
    if (performance.now() - reported >= PROGRESS_INTERVAL) {
      reported = performance.now();
      onProgress?.(step.value);
    }
    await setImmediate();
    if (document.closed)
      throw new DuplexError('call.cancelled', 'The message was closed before it was formatted.');
  }
}

/**
 * One row's stored payload, read in parts. Yields 0 as the progress, because reading is the smallest part of the work.
 */
function* readPayload(reader: RecordingReader, seq: number, stored: number): Generator<number, Uint8Array> {
  const bytes = new Uint8Array(stored);
  for (let from = 0; from < stored; from += READ_BYTES) {
    bytes.set(reader.payload(seq, from, READ_BYTES), from);
    yield 0;
  }
  return bytes;
}

function find(name: string): Formatted {
  const formatted = documents.get(name)?.formatted;
  if (formatted) return formatted;
  throw new DuplexError('call.invalid', 'This view of the message was closed: select the message again.');
}

/** The decoders are loaded by the first message that needs them. */
async function recognise(bytes: Uint8Array): Promise<DecodedBinary | InflatedBinary | NotDecoded> {
  const [{ decodeBinary }, { inflate }] = await Promise.all([
    import('../core/protocol/binary/decodeBinary.ts'),
    import('../recording/read/inflate.ts'),
  ]);
  return decodeBinary(bytes, inflate);
}

/** A message decoded by the rules; undefined if no rule matches. */
async function decodeByRules(
  bytes: Uint8Array,
  kind: Kind,
  direction: Direction,
  rules: readonly string[] = [],
): Promise<DecodedBinary | InflatedBinary | CodecProblem | undefined> {
  if (rules.length === 0 || (kind !== 'text' && kind !== 'binary')) return undefined;
  const { createDecoding } = await import('../recording/read/payloadDecoding.ts');
  const decoding = await createDecoding(events.compileSchema, rules);
  const side = direction === 'out' ? 'client' : 'server';
  if (kind === 'binary' && decoding?.isStreamed(side))
    return {
      problem: 'A part of a zlib stream, which does not inflate on its own: see Decoded.',
      at: 0,
    };
  const decoded = decoding?.decode(bytes, side, undefined);
  if (!decoded || 'problem' in decoded) return decoded;
  const { content, reason } = decoded;
  return content.form === 'bytes' ? { reason, bytes: content.bytes } : { reason, text: content.text };
}

/** The picture of a message, or of its bytes after a rule has decoded them. */
function imageIn(
  bytes: Uint8Array,
  kind: Kind,
  ruled: Awaited<ReturnType<typeof decodeByRules>>,
): ImageSearch {
  if (ruled && 'bytes' in ruled) return findImage(ruled.bytes, 'binary');
  return kind === 'text' || kind === 'binary' ? findImage(bytes, kind) : undefined;
}

function* formatDecoded(decoded: DecodedBinary | InflatedBinary): Generator<number, Formatted> {
  const { reason } = decoded;
  if ('bytes' in decoded) {
    const formatted = yield* formatMessage(decoded.bytes, 'binary', 'pretty');
    return {
      ...formatted,
      remark: [reason, formatted.remark].filter((each) => each !== undefined).join(' '),
    };
  }
  const formatted = yield* formatMessage(new TextEncoder().encode(decoded.text), 'text', 'pretty');
  const isJson = formatted.language === 'json';
  return { ...formatted, remark: isJson ? reason : `${reason} Shown in diagnostic notation.` };
}

const calls: FormatWorkerCalls = {
  async open(name, folder, seq, view, decode) {
    await calls.close(name);
    const document: Document = { closed: false, formatted: undefined };
    documents.set(name, document);
    const reader = RecordingReader.open(folder);
    try {
      const { kind, stored, size, direction } = reader.row(seq);
      if (stored > MAX_DOCUMENT) {
        const sentence = `This message has ${(stored / MiB / KiB).toFixed(1)} GiB, too much to show. Save it to a file instead.`;
        throw new DuplexError('call.invalid', sentence);
      }
      const bytes = await finish(document, readPayload(reader, seq, stored));
      const onProgress = (part: number): void => events.progress(name, Math.round(part * stored), stored);
      const mayDecode = view === 'pretty' && kind === 'binary' && sniff(bytes, kind) === 'binary';
      const ruled = view === 'pretty' ? await decodeByRules(bytes, kind, direction, decode) : undefined;
      const decoded = ruled && 'reason' in ruled ? ruled : mayDecode ? await recognise(bytes) : undefined;
      const formatted =
        decoded && 'reason' in decoded
          ? await finish(document, formatDecoded(decoded), onProgress)
          : await finish(document, formatMessage(bytes, kind, view), onProgress);
      document.formatted = formatted;
      const image = view === 'pretty' ? imageIn(bytes, kind, ruled) : undefined;
      const hidden = image && 'problem' in image ? image.problem : undefined;
      if (image && 'bytes' in image) document.image = image.bytes;
      const kept = stored < size ? `Only ${stored} of ${size} bytes were kept.` : undefined;
      const why = decoded && 'remark' in decoded ? decoded.remark : undefined;
      const misfit = ruled && 'problem' in ruled ? ruled.problem : undefined;
      const remark = [kept, hidden, misfit, formatted.remark, why]
        .filter((sentence) => sentence !== undefined)
        .join(' ');
      return {
        lines: formatted.view.lines,
        language: formatted.language,
        remark: remark || undefined,
        bytes: stored,
        ...(image &&
          'bytes' in image && { image: { type: image.type, width: image.width, height: image.height } }),
      };
    } catch (error) {
      if (documents.get(name) === document) documents.delete(name);
      throw error;
    } finally {
      reader.close();
    }
  },

  async lines(name, from, count) {
    const { view } = find(name);
    const length = Math.max(0, Math.min(count, MAX_PULL, view.lines - from));
    return Array.from({ length }, (_, index) => view.line(from + index));
  },

  async text(name) {
    const { view } = find(name);
    const text = await finish(documents.get(name)!, view.text());
    return transfer(text, [text.buffer]);
  },

  async image(name) {
    find(name);
    // Sends a copy, because the page may ask again.
    const bytes = documents.get(name)?.image?.slice();
    return bytes && transfer(bytes, [bytes.buffer]);
  },

  async close(name) {
    const document = documents.get(name);
    if (!document) return;
    document.closed = true;
    document.formatted = undefined;
    documents.delete(name);
  },
};

const events = serve<FormatWorkerCalls, FormatWorkerEvents>(calls, ['progress']);
