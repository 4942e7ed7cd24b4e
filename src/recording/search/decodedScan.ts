import { decodeBinary } from '../../core/protocol/binary/decodeBinary.ts';
import { MAX_DECODED_BYTES } from '../../core/protocol/limits.ts';
import type { WireMessage } from '../../core/protocol/protocolModule.ts';
import { AUTO_PROTOCOL, protocolsWithTables } from '../../core/protocol/registry.ts';
import type { ProtocolTable } from '../../core/protocol/table/protocolTable.ts';
import { decodedText, type DecodedUnit } from '../../core/protocol/unit.ts';
import { senderOf, type ReadMessage, UnitReader } from '../../core/protocol/unitReader.ts';
import { HitList } from '../../core/search/hitList.ts';
import type { UnitTest } from '../../core/request/condition/unitCondition.ts';
import type { TextMatcher } from '../../core/search/textMatcher.ts';
import type { CompileSchema } from '../../shared/schemaProtocol.ts';
import type { DecodeOptions } from '../../shared/unitIndexProtocol.ts';
import { inflate } from '../read/inflate.ts';
import { createDecoding } from '../read/payloadDecoding.ts';
import type { RecordingReader } from '../read/reader.ts';
import { detailOf } from '../read/rowDetail.ts';
import { IndexBlock } from './indexBlock.ts';
import { CHUNK_BYTES } from './payloadChunk.ts';
import type { ScanOptions } from './searchScan.ts';

export interface DecodedScanOptions extends Omit<ScanOptions, 'matcher'> {
  /** The matcher of a text, or of conditions on units. */
  readonly test: { readonly matcher: TextMatcher } | { readonly ofUnit: UnitTest };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Prepares a search in decoded messages. Missing options are those of the session. */
export async function createDecodedScan(
  reader: RecordingReader,
  options: DecodedScanOptions,
  { protocol, decode, tables = [] }: DecodeOptions,
  compile: CompileSchema,
): Promise<DecodedScan> {
  const { manifest } = reader;
  const units = new UnitReader({
    protocol: protocol ?? manifest.protocol ?? AUTO_PROTOCOL,
    url: manifest.url,
    protocols: protocolsWithTables(tables as readonly ProtocolTable[]),
    decoding: await createDecoding(compile, decode ?? manifest.decode, manifest.role),
  });
  return new DecodedScan(reader, options, units);
}

/**
 * One pass over the decoded messages of a recording, which can continue when the recording grows. It decodes every
 * message, because the meaning of a message may depend on earlier ones.
 */
export class DecodedScan {
  readonly hits = new HitList();
  /** Always 0: this scan folds no rows. */
  readonly folded = 0;
  /** The first row that is not decoded yet. Rows before the range of the search are decoded, too. */
  #decoded = 0;
  #skipped = 0;
  /** Whether the query is a JSONPath or conditions, which concern payloads. */
  readonly #isOfPayload: boolean;

  constructor(
    private readonly reader: RecordingReader,
    private readonly options: DecodedScanOptions,
    private readonly units: UnitReader,
  ) {
    const mode = options.query.text?.mode;
    this.#isOfPayload = mode === 'jsonpath' || mode === 'condition';
  }

  /** The first row of the search that is not examined yet. */
  get next(): number {
    return Math.max(this.#decoded, this.options.from);
  }

  /** Rows that were too long to decode, or on which the pattern could not be tried. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Searches the rows up to, but not including, number `end`. Yields after each row. */
  *run(end: number): Generator<void> {
    const { query, gate } = this.options;
    const block = new IndexBlock(query, undefined, end - this.#decoded, gate);
    const there = Math.min(end, this.reader.indexRows());
    while (this.#decoded < there) {
      block.read(this.reader, this.#decoded, there);
      if (block.rows === 0) return;
      yield* this.#searchBlock(block);
    }
  }

  *#searchBlock(block: IndexBlock): Generator<void> {
    const { rows, offsets, allowed, first } = block;
    for (let from = 0; from < rows;) {
      const start = offsets[from]!;
      let to = from + 1;
      while (to < rows && offsets[to + 1]! - start <= CHUNK_BYTES) to++;
      // Decoders keep views, so each chunk gets new memory.
      const bytes = new Uint8Array(
        Math.min(offsets[to]! - start, Math.max(CHUNK_BYTES, MAX_DECODED_BYTES + 1)),
      );
      this.reader.rawPayload(bytes, start);
      for (; from < to; from++) {
        const payload = bytes.subarray(offsets[from]! - start, offsets[from + 1]! - start);
        const number = first + from;
        this.#searchRow(number, block.row(from), payload, allowed[from] === 1 && number >= this.options.from);
        this.#decoded = number + 1;
        yield;
      }
    }
  }

  #searchRow(
    number: number,
    { kind, direction }: ReturnType<IndexBlock['row']>,
    data: Uint8Array,
    isAllowed: boolean,
  ): void {
    if (kind === 'open') {
      const { protocol } = detailOf(data);
      this.units.opened(typeof protocol === 'string' ? protocol : '');
    }
    if (kind !== 'text' && kind !== 'binary') return;
    const message: WireMessage = { kind, data, from: senderOf(direction, this.reader.manifest.role) };
    const read = this.units.read(message);
    if (!isAllowed) return;
    if (data.length > MAX_DECODED_BYTES) {
      this.#skipped++;
      return;
    }
    this.#try(number, message, read);
  }

  #try(number: number, message: WireMessage, read: ReadMessage | undefined): void {
    const { attempt } = this.options;
    try {
      for (const trial of this.#trials(message, read)) {
        if (!attempt(number, trial)) continue;
        this.hits.push(number);
        return;
      }
    } catch (error) {
      // A message may exceed the engine's limits; the other rows are still searched.
      if (!(error instanceof RangeError)) throw error;
      this.#skipped++;
    }
  }

  /**
   * Yields the texts to search of a message. A message that does not decode, or whose protocol is unknown, is searched
   * itself.
   */
  *#trials(message: WireMessage, read: ReadMessage | undefined): Generator<() => boolean> {
    const { test } = this.options;
    const isRaw = !read || (read.units.length === 0 && read.problems.length > 0);
    if ('ofUnit' in test) {
      for (const unit of isRaw ? [undefined] : read.units) yield () => test.ofUnit({ ...message, unit });
      return;
    }
    const { matcher } = test;
    for (const text of this.#texts(message, isRaw ? undefined : read)) {
      const subject = matcher.subject(text);
      if (subject !== undefined) yield () => matcher.test(subject);
    }
  }

  *#texts({ kind, data }: WireMessage, read: ReadMessage | undefined): Generator<string> {
    if (!read) {
      const text = kind === 'text' ? new TextDecoder().decode(data) : textOf(data);
      if (text !== undefined) yield text;
      return;
    }
    for (const unit of read.units) {
      const { payload } = unit;
      const content = payload && (decodedText(payload) ?? textOf(payload.read()));
      if (!this.#isOfPayload) yield [...headLines(unit), content ?? ''].join('\n');
      else if (content !== undefined) yield content;
    }
  }
}

/** The lines that the view Decoded shows above the payload. */
function headLines({ name, label, error, headers = [] }: DecodedUnit): string[] {
  const head = label === undefined || label.includes(name) ? (label ?? name) : `${label} ${name}`;
  return [
    head,
    ...(error === undefined ? [] : [error]),
    ...headers.map(([key, value]) => `${key}: ${value}`),
  ];
}

/** Bytes as text, or as the format that is recognised in them; undefined if they are neither. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    // The bytes are not UTF-8: a fatal decoder throws for no other reason.
  }
  const decoded = decodeBinary(bytes, inflate);
  if ('text' in decoded) return decoded.text;
  return 'bytes' in decoded ? new TextDecoder().decode(decoded.bytes) : undefined;
}
