import type { NanosecondDate } from '../../codec/msgpack.ts';
import { ExtData } from '../../codec/msgpackPackage.ts';
import { MAX_PAYLOAD_DEPTH } from '../limits.ts';
import { base64Json } from './binaryBody.ts';

/**
 * Writes a value of a binary format as JSON text. Bytes become `{"$base64":"…"}`, 64-bit integers keep all digits, and
 * values without a JSON equivalent become `{"$float":"NaN"}`, `{"$date":"…"}` and `{"$ext":…}`.
 * @throws RangeError if it nests deeper than MAX_PAYLOAD_DEPTH
 */
export function derivedJson(value: unknown, depth = 0): string {
  if (depth > MAX_PAYLOAD_DEPTH) throw new RangeError(`deeper than ${MAX_PAYLOAD_DEPTH} levels`);
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      if (Object.is(value, -0)) return '-0';
      return Number.isFinite(value) ? String(value) : `{"$float":"${value}"}`;
    case 'object':
      return objectJson(value, depth);
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    default:
      return 'null';
  }
}

function objectJson(value: object | null, depth: number): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return base64Json(value);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return '{"$date":null}';
    const { nanoseconds } = value as Partial<NanosecondDate>;
    const finer = nanoseconds === undefined ? '' : String(nanoseconds).padStart(6, '0');
    return `{"$date":"${value.toISOString().slice(0, -1)}${finer}Z"}`;
  }
  if (value instanceof ExtData) {
    const data = typeof value.data === 'function' ? new Uint8Array() : value.data;
    return `{"$ext":[${value.type},${base64Json(data)}]}`;
  }
  if (Array.isArray(value)) return `[${value.map((element) => derivedJson(element, depth + 1)).join(',')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${derivedJson(member, depth + 1)}`,
  );
  return `{${members.join(',')}}`;
}
