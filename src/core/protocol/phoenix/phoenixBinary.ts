import { joinBytes } from '../../codec/joinBytes.ts';
import type { ByteRange, UnitProblem } from '../../../shared/units.ts';
import { type Decoded, failed, payloadAt } from '../unit.ts';
import type { Role } from '../protocolModule.ts';

// Binary messages of the serializer 2.0.0: a kind, one length byte per text, the texts, the payload.

const PUSH = 0;
const REPLY = 1;
const BROADCAST = 2;

/** The texts of each kind, in order. A push from the server has no ref. */
const FIELDS = {
  serverPush: ['joinRef', 'topic', 'event'],
  clientPush: ['joinRef', 'ref', 'topic', 'event'],
  reply: ['joinRef', 'ref', 'topic', 'event'],
  broadcast: ['topic', 'event'],
} as const;

type Field = (typeof FIELDS)['clientPush'][number];

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodePhoenixBinary(data: Uint8Array, from: Role): Decoded {
  const kind = data[0];
  const names = fieldsOf(kind, from);
  if (!names)
    return failed(
      'decode.binary',
      `Byte 0 of a binary message of Phoenix is 0, 1 or 2, not ${kind ?? 'missing'}.`,
      0,
    );
  const fields = readFields(data, names);
  if ('code' in fields) return { units: [], problems: [fields] };
  const { joinRef, ref, topic = '', event = '' } = fields.texts;
  const range: ByteRange = { start: 0, end: data.length };
  const payload = payloadAt('bytes', data, { start: fields.end, end: data.length });
  const common = {
    stream: JSON.stringify(topic),
    label: `${topic} ${event}`,
    payload,
    range,
    ...(joinRef !== undefined && { refs: [JSON.stringify(joinRef)] }),
  };
  const refText = ref === undefined || ref === '' ? undefined : JSON.stringify(ref);
  if (kind === REPLY) {
    const isOk = event === 'ok';
    const label = `${topic} phx_reply ${event}`;
    const status = isOk ? { type: 'reply' as const } : { type: 'error' as const, error: event };
    return { units: [{ ...common, ...status, name: '', label, replyTo: refText }], problems: [] };
  }
  const type = kind === PUSH && refText !== undefined ? 'call' : 'event';
  return { units: [{ ...common, type, name: event, id: refText }], problems: [] };
}

/** @returns undefined if a text is longer than the 255 bytes that its length byte allows */
export function encodePhoenixPush(
  texts: readonly string[],
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  if (encoded.some(({ length }) => length > 0xff)) return undefined;
  return joinBytes([Uint8Array.of(PUSH, ...encoded.map(({ length }) => length)), ...encoded, payload]);
}

function fieldsOf(kind: number | undefined, from: Role): readonly Field[] | undefined {
  switch (kind) {
    case PUSH:
      return from === 'client' ? FIELDS.clientPush : FIELDS.serverPush;
    case REPLY:
      return FIELDS.reply;
    case BROADCAST:
      return FIELDS.broadcast;
    default:
      return undefined;
  }
}

function readFields(
  data: Uint8Array,
  names: readonly Field[],
): { readonly texts: Partial<Record<Field, string>>; readonly end: number } | UnitProblem {
  const texts: Partial<Record<Field, string>> = {};
  let at = 1 + names.length;
  for (const [index, name] of names.entries()) {
    const end = at + (data[index + 1] ?? 0);
    if (at > data.length || end > data.length) {
      const message = `The ${name} ends at byte ${end}, behind the end of the message at byte ${data.length}.`;
      return { code: 'decode.binary', message, at: Math.min(at, data.length) };
    }
    try {
      texts[name] = utf8.decode(data.subarray(at, end));
    } catch {
      return { code: 'decode.utf8', message: `The ${name} is not UTF-8.`, at };
    }
    at = end;
  }
  return { texts, end: at };
}
