import type { CodecProblem } from '../../codec/codecProblem.ts';
import { base64Json } from '../json/binaryBody.ts';

// The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding) without a schema: field
// numbers and wire types are certain; the meaning of a field's bytes is a guess.

/** Maximum levels of messages and groups, the same as in the reference implementations. */
export const MAX_PROTOBUF_DEPTH = 100;

/** Maximum fields to read, including those of guesses that turn out wrong. */
export const MAX_PROTOBUF_FIELDS = 1_000_000;

const MAX_FIELD_NUMBER = 2 ** 29 - 1;

/** Maximum field number: a larger one suggests that the bytes are not a message. */
const USUAL_FIELD_NUMBER = 20_000;

export interface ProtobufText {
  /**
   * JSON: fields by their numbers; a repeated field is an array. A varint is its unsigned number, 4 and 8
   * bytes are `{"$fixed32": …, "float": …}` and `{"$fixed64": …, "double": …}`; a field with a length is a
   * message, text or `{"$base64": …}`.
   */
  readonly text: string;
  /** Whether it has a text field, and only common field numbers. */
  readonly isTelling: boolean;
}

/** Decodes one message that spans all bytes. Never throws. */
export function readProtobufWire(bytes: Uint8Array): ProtobufText | CodecProblem {
  const reader = new WireReader(bytes);
  const fields = reader.message(0, bytes.length, 0, undefined);
  if ('problem' in fields) return fields;
  return { text: fieldsJson(fields.values), isTelling: fields.isUsual && fields.hasText };
}

interface Fields {
  readonly values: ReadonlyMap<number, readonly string[]>;
  readonly end: number;
  readonly hasText: boolean;
  readonly isUsual: boolean;
}

const [VARINT, I64, LEN, SGROUP, EGROUP, I32] = [0, 1, 2, 3, 4, 5];

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Control characters that text does not contain, except for line breaks and tabs. */
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #fields = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @param group the number of the group, which its end must match; undefined for a message */
  message(start: number, end: number, depth: number, group: number | undefined): Fields | CodecProblem {
    if (depth > MAX_PROTOBUF_DEPTH) {
      const problem = `Protobuf nested deeper than ${MAX_PROTOBUF_DEPTH} levels is not decoded.`;
      return { problem, at: start, isLimit: true };
    }
    const values = new Map<number, string[]>();
    let hasText = false;
    let isUsual = true;
    let at = start;
    while (at < end) {
      if (++this.#fields > MAX_PROTOBUF_FIELDS) {
        const problem = `Protobuf of more than ${MAX_PROTOBUF_FIELDS} fields is not decoded.`;
        return { problem, at, isLimit: true };
      }
      const from = at;
      const tag = this.#varint(at, end);
      if ('problem' in tag) return tag;
      const type = Number(tag.value & 7n);
      const field = tag.value >> 3n;
      if (field === 0n || field > MAX_FIELD_NUMBER)
        return notProtobuf(`the field number ${field} at byte ${from} is not valid`, from);
      const number = Number(field);
      at = tag.end;
      if (type === EGROUP) {
        if (number !== group)
          return notProtobuf(`the end of group ${number} at byte ${from} ends nothing`, from);
        return { values, end: at, hasText, isUsual };
      }
      const read = this.#value(type, number, at, end, depth, from);
      if ('problem' in read) return read;
      at = read.end;
      hasText ||= read.hasText;
      isUsual &&= number <= USUAL_FIELD_NUMBER;
      const before = values.get(number);
      if (before) before.push(read.json);
      else values.set(number, [read.json]);
    }
    if (group !== undefined) return notProtobuf(`group ${group} has no end`, end);
    return { values, end: at, hasText, isUsual };
  }

  #value(
    type: number,
    number: number,
    at: number,
    end: number,
    depth: number,
    from: number,
  ): { readonly json: string; readonly end: number; readonly hasText: boolean } | CodecProblem {
    switch (type) {
      case VARINT: {
        const read = this.#varint(at, end);
        return 'problem' in read ? read : { json: String(read.value), end: read.end, hasText: false };
      }
      case I32:
      case I64: {
        const width = type === I32 ? 4 : 8;
        if (at + width > end) return notProtobuf(`it ends too early, at byte ${end}`, end);
        return { json: fixedJson(this.#view, at, width), end: at + width, hasText: false };
      }
      case LEN: {
        const length = this.#varint(at, end);
        if ('problem' in length) return length;
        const start = length.end;
        if (length.value > BigInt(end - start))
          return notProtobuf(`the ${length.value} bytes from byte ${start} on are more than there are`, from);
        const stop = start + Number(length.value);
        return this.#guess(start, stop, depth);
      }
      case SGROUP: {
        const group = this.message(at, end, depth + 1, number);
        if ('problem' in group) return group;
        return { json: fieldsJson(group.values), end: group.end, hasText: group.hasText };
      }
      default:
        return notProtobuf(`there is no wire type ${type}, as at byte ${from}`, from);
    }
  }

  /** Text if all of it is text, otherwise a message if all of it is one, otherwise bytes. */
  #guess(start: number, end: number, depth: number) {
    const bytes = this.#bytes.subarray(start, end);
    const text = textOf(bytes);
    if (text !== undefined) return { json: JSON.stringify(text), end, hasText: text.length > 1 };
    const message = this.message(start, end, depth + 1, undefined);
    if (!('problem' in message) && message.isUsual)
      return { json: fieldsJson(message.values), end, hasText: message.hasText };
    if ('problem' in message && message.isLimit) return message;
    return { json: base64Json(bytes), end, hasText: false };
  }

  /** Lowest seven bits first, at most ten bytes; bits beyond 64 are dropped. */
  #varint(start: number, end: number): { readonly value: bigint; readonly end: number } | CodecProblem {
    let value = 0n;
    for (let at = start, shift = 0n; at < end; at++, shift += 7n) {
      const byte = this.#bytes[at]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at + 1 };
      if (at - start === 9) return notProtobuf(`the number at byte ${start} has more than 10 bytes`, start);
    }
    return notProtobuf(`it ends too early, at byte ${end}`, end);
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = strictUtf8.decode(bytes);
    return CONTROL.test(text) ? undefined : text;
  } catch {
    // A fatal decoder throws for bytes that are not UTF-8.
    return undefined;
  }
}

function fixedJson(view: DataView, at: number, width: 4 | 8): string {
  const whole = width === 4 ? view.getUint32(at, true) : view.getBigUint64(at, true);
  const float = width === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  const spelled = Number.isFinite(float) ? String(float) : `"${float}"`;
  return width === 4
    ? `{"$fixed32":${whole},"float":${spelled}}`
    : `{"$fixed64":${whole},"double":${spelled}}`;
}

function fieldsJson(values: ReadonlyMap<number, readonly string[]>): string {
  const members = [...values].map(
    ([number, [first, ...more]]) =>
      `"${number}":${more.length === 0 ? first : `[${[first, ...more].join(',')}]`}`,
  );
  return `{${members.join(',')}}`;
}

function notProtobuf(reason: string, at: number): CodecProblem {
  return { problem: `Not Protobuf: ${reason}.`, at };
}
