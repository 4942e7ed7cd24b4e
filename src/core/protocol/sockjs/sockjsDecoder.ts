import type { ByteRange, UnitProblem } from '../../../shared/units.ts';
import { bodyPayload } from '../json/bodyPayload.ts';
import { elementRanges } from '../json/jsonRanges.ts';
import { isProblem, type JsonText, readJson, tooLong } from '../json/jsonText.ts';
import { MAX_DECODED_BYTES, MAX_NAME_CHARS, MAX_UNITS } from '../limits.ts';
import type { Decoder, ProtocolContext, ProtocolModule, Role, WireMessage } from '../protocolModule.ts';
import { type Decoded, type DecodedUnit, failed, placedUnit, wholeRange } from '../unit.ts';

/** Finds the protocol of the messages inside by one of the first; undefined if none is recognised. */
export type FindInner = (message: WireMessage) => ProtocolModule | undefined;

/** Number of messages to examine; after them, the inner messages stay texts. */
const MAX_LOOKED_AT = 3;

interface SavedInner {
  readonly id: string | undefined;
  readonly seen: number;
  readonly state: string | undefined;
}

const OPEN = 0x6f;
const HEARTBEAT = 0x68;
const MESSAGES = 0x61;
const CLOSE = 0x63;

const encoder = new TextEncoder();

/** @param find is asked until it finds a protocol; `byId` finds that of a checkpoint */
export function createSockjsDecoder(
  context: ProtocolContext,
  find: FindInner,
  byId: (id: string) => ProtocolModule | undefined,
  checkpoint?: string,
): Decoder {
  const saved = checkpoint === undefined ? undefined : (JSON.parse(checkpoint) as SavedInner);
  let seen = saved?.seen ?? 0;
  let inner = saved?.id === undefined ? undefined : byId(saved.id);
  // The subprotocol of the connection says nothing about the protocol inside.
  const within = { ...context, subprotocol: '' };
  let decoder = inner?.createDecoder(within, saved?.state);

  const readInner = (text: string, from: Role): Decoded => {
    const message: WireMessage = { kind: 'text', from, data: encoder.encode(text) };
    if (!decoder && seen < MAX_LOOKED_AT) {
      seen++;
      inner = find(message);
      decoder = inner?.createDecoder(within);
    }
    if (decoder) return decoder.decode(message);
    const payload = bodyPayload(message.data, wholeRange(message.data));
    return { units: [{ type: 'event', name: '', payload, range: wholeRange(message.data) }], problems: [] };
  };

  const readAll = (json: JsonText, from: Role): Decoded => {
    if (!Array.isArray(json.value)) return envelope('an array of messages', json.start);
    const units: DecodedUnit[] = [];
    const problems: UnitProblem[] = [];
    let index = 0;
    for (const range of elementRanges(json.bytes, json.start)) {
      const text = (json.value as unknown[])[index];
      if (typeof text !== 'string') return { units, problems: [...problems, notText(range)] };
      // A text need not hold a unit.
      if (Math.max(index++, units.length) >= MAX_UNITS) {
        const message = `More than ${MAX_UNITS} units in one message are not decoded.`;
        return { units, problems: [...problems, { code: 'decode.limit', message, at: range.start }] };
      }
      const read = readInner(text, from);
      for (const unit of read.units.slice(0, MAX_UNITS - units.length)) units.push(placedUnit(unit, range));
      problems.push(...read.problems.map((problem) => ({ ...problem, at: range.start })));
    }
    return { units, problems };
  };

  return {
    decode({ kind, data, from }) {
      if (data.length > MAX_DECODED_BYTES) return { units: [], problems: [tooLong(data.length, 0)] };
      if (kind === 'binary') return envelope('text: SockJS has no binary messages', 0);
      if (from === 'client') {
        const json = readJson(data);
        return isProblem(json) ? { units: [], problems: [json] } : readAll(json, from);
      }
      const range = wholeRange(data);
      if (data[0] === OPEN && data.length === 1) return control('open', range);
      if (data[0] === HEARTBEAT && data.length === 1) return control('heartbeat', range);
      if (data[0] !== MESSAGES && data[0] !== CLOSE) return envelope('o, h, a[…] or c[…]', 0);
      const json = readJson(data, 1);
      if (isProblem(json)) return { units: [], problems: [json] };
      return data[0] === MESSAGES ? readAll(json, from) : closed(json, range);
    },
    checkpoint() {
      const state = decoder?.checkpoint();
      if (decoder && state === undefined) return undefined;
      return JSON.stringify({ id: inner?.id, seen, state } satisfies SavedInner);
    },
  };
}

/** `c[3000,"Go away!"]` */
function closed({ value, start }: JsonText, range: ByteRange): Decoded {
  const [code, reason] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof code !== 'number' || typeof reason !== 'string') return envelope('a code and a reason', start);
  const error = `${code} ${reason}`.trim().slice(0, MAX_NAME_CHARS);
  return { units: [{ type: 'error', name: 'close', error, range }], problems: [] };
}

function control(name: 'open' | 'heartbeat', range: ByteRange): Decoded {
  const isHeartbeat = name === 'heartbeat';
  return { units: [{ type: 'control', name, range, ...(isHeartbeat && { heartbeat: true }) }], problems: [] };
}

function notText({ start }: ByteRange): UnitProblem {
  return { code: 'decode.envelope', message: 'A message inside SockJS is a JSON string.', at: start };
}

function envelope(expected: string, at: number): Decoded {
  return failed('decode.envelope', `Not SockJS from byte ${at} on: expected ${expected}.`, at);
}
