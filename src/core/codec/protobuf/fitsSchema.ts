import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { CodecProblem } from '../codecProblem.ts';

/** Maximum levels of messages and groups, the same as in the reference implementations. */
export const MAX_SCHEMA_DEPTH = 100;

/** Maximum fields of one message, including those of nested messages. */
export const MAX_SCHEMA_FIELDS = 1_000_000;

/** Maximum unknown fields that are listed. */
const MAX_LISTED = 20;

/** protobuf.dev/programming-guides/encoding#structure */
const [VARINT, I64, LEN, SGROUP, EGROUP, I32] = [0, 1, 2, 3, 4, 5];

interface Fit {
  /** Paths of fields that the schema does not have, such as `2.7`; the first MAX_LISTED. */
  readonly unknown: readonly string[];
  /** Whether a field of the schema occurs. */
  readonly hasKnown: boolean;
}

/**
 * Checks that bytes are a message of this type before the library reads them, because the library assumes
 * that each field has the wire type of the schema. Unknown fields are allowed, as the format requires.
 */
export function fitsSchema(bytes: Uint8Array, message: DescMessage): Fit | CodecProblem {
  const walk = new Walk(bytes, message.typeName);
  try {
    walk.message(message, 0, bytes.length, 0, undefined, '');
  } catch (error) {
    if (error instanceof Misfit) return error.problem;
    throw error;
  }
  return { unknown: [...walk.unknown], hasKnown: walk.hasKnown };
}

/** Ends the recursion. `fitsSchema` catches it and returns a problem. */
class Misfit extends Error {
  constructor(readonly problem: CodecProblem) {
    super(problem.problem);
  }
}

class Walk {
  readonly unknown = new Set<string>();
  hasKnown = false;
  #fields = 0;
  /** The end of the varint that was read last. */
  #next = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly name: string,
  ) {}

  /**
   * @param type undefined within a field that the schema does not have
   * @param group the number of the group, which its end must match; undefined for a message
   * @returns the offset after the message or the group
   */
  message(
    type: DescMessage | undefined,
    start: number,
    end: number,
    depth: number,
    group: number | undefined,
    path: string,
  ): number {
    if (depth > MAX_SCHEMA_DEPTH)
      throw this.#limit(`Protobuf nested deeper than ${MAX_SCHEMA_DEPTH} levels is not decoded.`, start);
    const fields = type && fieldsOf(type);
    let at = start;
    while (at < end) {
      if (++this.#fields > MAX_SCHEMA_FIELDS)
        throw this.#limit(`Protobuf of more than ${MAX_SCHEMA_FIELDS} fields is not decoded.`, at);
      const from = at;
      const tag = this.#varint(at, end);
      at = this.#next;
      const wireType = tag % 8;
      const number = Math.floor(tag / 8);
      if (number === 0 || number >= 2 ** 29)
        throw this.#misfit(`the field number ${number} at byte ${from} does not exist`, from);
      if (wireType === EGROUP) {
        if (number === group) return at;
        throw this.#misfit(`the end of group ${number} at byte ${from} ends nothing`, from);
      }
      const field = fields?.get(number);
      if (field) this.hasKnown = true;
      else if (type && this.unknown.size < MAX_LISTED) this.unknown.add(`${path}${number}`);
      if (field && !accepts(field, wireType))
        throw this.#misfit(
          `the field ${path}${field.name} = ${number} at byte ${from} is ${kindOf(field)} in the schema and has the wire type ${wireType}`,
          from,
        );
      at = this.#value(field, wireType, number, at, end, depth, `${path}${field?.name ?? number}.`);
    }
    if (group !== undefined) throw this.#misfit(`group ${group} has no end`, end);
    return at;
  }

  #value(
    field: DescField | undefined,
    wireType: number,
    number: number,
    at: number,
    end: number,
    depth: number,
    path: string,
  ): number {
    switch (wireType) {
      case VARINT:
        this.#varint(at, end);
        return this.#next;
      case I32:
        return this.#within(at + 4, end);
      case I64:
        return this.#within(at + 8, end);
      case SGROUP:
        return this.message(messageOf(field), at, end, depth + 1, number, path);
      case LEN: {
        const length = this.#varint(at, end);
        const start = this.#next;
        if (length > end - start)
          throw this.#misfit(`the ${length} bytes from byte ${start} on are more than there are`, at);
        const stop = start + length;
        const inner = messageOf(field);
        if (inner) this.message(inner, start, stop, depth + 1, undefined, path);
        else if (field?.fieldKind === 'map') this.#entry(field, start, stop, depth, path);
        else if (field?.fieldKind === 'list') this.#packed(field, start, stop);
        return stop;
      }
      default:
        throw this.#misfit(`there is no wire type ${wireType}, as at byte ${at - 1}`, at - 1);
    }
  }

  #entry(
    field: DescField & { fieldKind: 'map' },
    start: number,
    end: number,
    depth: number,
    path: string,
  ): void {
    for (let at = start; at < end;) {
      if (++this.#fields > MAX_SCHEMA_FIELDS)
        throw this.#limit(`Protobuf of more than ${MAX_SCHEMA_FIELDS} fields is not decoded.`, at);
      const from = at;
      const tag = this.#varint(at, end);
      at = this.#next;
      const [number, wireType] = [Math.floor(tag / 8), tag % 8];
      const wanted =
        number === 1
          ? wireTypeOf(field.mapKey)
          : field.mapKind === 'message'
            ? LEN
            : wireTypeOf(field.mapKind === 'enum' ? ScalarType.INT32 : field.scalar);
      if (number > 2 || number === 0 || wireType !== wanted)
        throw this.#misfit(`the entry of the map ${path.slice(0, -1)} at byte ${from} is not an entry`, from);
      if (number === 2 && field.mapKind === 'message') {
        const length = this.#varint(at, end);
        const stop = this.#within(this.#next + length, end);
        this.message(field.message, this.#next, stop, depth + 1, undefined, path);
        at = stop;
      } else at = this.#value(undefined, wireType, number, at, end, depth, path);
    }
  }

  /** Checks a packed list: its numbers follow each other without tags. */
  #packed(field: DescField & { fieldKind: 'list' }, start: number, end: number): void {
    if (field.listKind === 'message') return;
    const scalar = field.listKind === 'enum' ? ScalarType.INT32 : field.scalar;
    const wireType = wireTypeOf(scalar);
    if (wireType === LEN) return;
    for (let at = start; at < end;) at = this.#value(undefined, wireType, 0, at, end, 0, '');
  }

  #within(at: number, end: number): number {
    if (at > end) throw this.#misfit(`it ends too early, at byte ${end}`, end);
    return at;
  }

  /** Lowest seven bits first, at most ten bytes. Exact for tags and lengths, which have at most five. */
  #varint(start: number, end: number): number {
    let value = 0;
    for (let at = start, factor = 1; at < end; at++, factor *= 128) {
      const byte = this.bytes[at]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        this.#next = at + 1;
        return value;
      }
      if (at - start === 9) throw this.#misfit(`the number at byte ${start} has more than 10 bytes`, start);
    }
    throw this.#misfit(`it ends too early, at byte ${end}`, end);
  }

  #misfit(reason: string, at: number): Misfit {
    return new Misfit({ problem: `Not ${this.name}: ${reason}.`, at });
  }

  #limit(problem: string, at: number): Misfit {
    return new Misfit({ problem, at, isLimit: true });
  }
}

const fieldMaps = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsOf(type: DescMessage): ReadonlyMap<number, DescField> {
  let fields = fieldMaps.get(type);
  if (!fields) {
    fields = new Map(type.fields.map((field) => [field.number, field]));
    fieldMaps.set(type, fields);
  }
  return fields;
}

function messageOf(field: DescField | undefined): DescMessage | undefined {
  if (field?.fieldKind === 'message') return field.message;
  return field?.fieldKind === 'list' && field.listKind === 'message' ? field.message : undefined;
}

function accepts(field: DescField, wireType: number): boolean {
  switch (field.fieldKind) {
    case 'scalar':
      return wireType === wireTypeOf(field.scalar);
    case 'enum':
      return wireType === VARINT;
    case 'message':
      return wireType === (field.delimitedEncoding ? SGROUP : LEN);
    case 'map':
      return wireType === LEN;
    case 'list': {
      if (field.listKind === 'message') return wireType === (field.delimitedEncoding ? SGROUP : LEN);
      const single = wireTypeOf(field.listKind === 'enum' ? ScalarType.INT32 : field.scalar);
      // Parsers accept packed and unpacked lists.
      return wireType === single || wireType === LEN;
    }
  }
}

function wireTypeOf(scalar: ScalarType): number {
  switch (scalar) {
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return I64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return I32;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return LEN;
    default:
      return VARINT;
  }
}

/** The kind of a field, with its article. */
function kindOf(field: DescField): string {
  if (field.fieldKind === 'map') return 'a map';
  if (field.fieldKind === 'list') return 'a list';
  if (field.fieldKind === 'message') return `a message ${field.message.typeName}`;
  if (field.fieldKind === 'enum') return `an enum ${field.enum.typeName}`;
  const name = ScalarType[field.scalar].toLowerCase();
  return /^[aeiou]/.test(name) && !name.startsWith('u') ? `an ${name}` : `a ${name}`;
}
