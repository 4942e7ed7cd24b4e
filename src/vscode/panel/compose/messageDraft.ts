import { base64Text, draftToMessage, hexText } from '../../../core/format/draft.ts';
import { readCbor } from '../../../core/codec/cbor.ts';
import { readMsgpack } from '../../../core/codec/msgpack.ts';
import { derivedJson } from '../../../core/protocol/json/derivedJson.ts';
import { decodeCertain } from '../../../core/protocol/binary/decodeBinary.ts';
import { ruleMatches } from '../../../core/protocol/decode/matchRule.ts';
import { encodeBody } from '../../../core/request/plan/encodeBody.ts';
import type { DecodeRule } from '../../../core/text/decodeRule.ts';
import { parseDecodeRule } from '../../../core/text/decodeRule.ts';
import { sniff } from '../../../core/format/sniff.ts';
import { decompress } from '../../../engine/runner/encode.ts';
import type { ProtobufTypes } from '../../../engine/schemas.ts';
import { KiB, MiB } from '../../../shared/limits.ts';
import type { Draft } from '../../../shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../../shared/session.ts';
import { encodeOutside } from '../../payload/encodeOutside.ts';
import { requireTrust } from '../../trust.ts';

/** A larger message cannot be edited in the composer. */
export const MAX_EDITED = MiB;

/** A binary message up to this size is edited as hex, a longer one as base64. */
const MAX_HEX = 4 * KiB;

/** A message with the rules of the option `decode` that apply to whole messages. */
export interface RuledMessage extends OutgoingMessage {
  readonly direction: 'in' | 'out';
  /** With absolute paths. */
  readonly rules: readonly string[];
}

/**
 * The draft that sends this message again: the same bytes, or the same value if a rule decodes it or it is certainly
 * MessagePack or CBOR. Braces in it are not variables.
 */
export async function draftOfMessage(message: RuledMessage, types: ProtobufTypes): Promise<Draft> {
  const { kind, data } = message;
  if (kind === 'binary') return (await valueDraft(message, types)) ?? bytesDraft(data);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  return { mode: /^\s*[[{]/.test(text) ? 'json' : 'text', ...withBraces(text) };
}

/**
 * Keys that stand for values without an equivalent in JSON. A message that contains such keys itself would change its
 * meaning.
 */
const MADE_KEYS = /\$(?:base64|float|date|ext)/;

/** A way to read bytes as text, and how `@encode` writes that text. */
interface Form {
  readonly encode: string;
  /** @returns undefined if the text would lose a part of the bytes */
  read(bytes: Uint8Array): Promise<string | undefined>;
}

/** A payload that cannot be read and written as text is edited as bytes. */
async function valueDraft(message: RuledMessage, types: ProtobufTypes): Promise<Draft | undefined> {
  const { data } = message;
  const ruled = await ruledDraft(message, types).catch(() => undefined);
  if (ruled) return ruled;
  const form = certainForm(data);
  return form && draftIn(form, data, types);
}

/**
 * The draft by the first rule that matches; undefined if none does.
 * @throws DuplexError for a schema that cannot be read or used
 */
async function ruledDraft(
  { data, direction, rules }: RuledMessage,
  types: ProtobufTypes,
): Promise<Draft | undefined> {
  const parsed = rules.map(parseDecodeRule).filter((rule): rule is DecodeRule => !('problem' in rule));
  if (parsed.some(({ format }) => format === 'zlib-stream')) return undefined;
  const rule = parsed.find((each) => ruleMatches(each, data, direction, undefined));
  const others = parsed.filter((each) => each !== rule);
  const form =
    rule &&
    (await formOf(rule, types, (bytes) =>
      others.some((each) => ruleMatches(each, bytes, direction, undefined)),
    ));
  return form && draftIn(form, data, types);
}

/**
 * @param goesOn whether another rule decodes the decompressed data; then there is no form, because only one format
 * can be written again
 */
async function formOf(
  rule: DecodeRule,
  types: ProtobufTypes,
  goesOn: (bytes: Uint8Array) => boolean,
): Promise<Form | undefined> {
  const { format, message, file } = rule;
  switch (format) {
    case 'msgpack':
      return {
        encode: format,
        async read(bytes) {
          const read = readMsgpack(bytes);
          return 'problem' in read ? undefined : derivedJson(read.value);
        },
      };
    case 'cbor':
      return {
        encode: format,
        async read(bytes) {
          const read = readCbor(bytes);
          return 'problem' in read ? undefined : read.text;
        },
      };
    case 'protobuf': {
      if (message === undefined || file === undefined) return undefined;
      requireTrust('read');
      const type = await types.type(file, message);
      return {
        encode: `protobuf ${message} from ${file}`,
        async read(bytes) {
          const read = type.read(bytes);
          return 'problem' in read || read.unknown !== undefined ? undefined : read.text;
        },
      };
    }
    case 'gzip':
    case 'zlib':
    case 'deflate':
    case 'brotli':
      return {
        encode: format,
        async read(bytes) {
          const inflated = await decompress(format, bytes, MAX_EDITED);
          if (goesOn(inflated) || sniff(inflated, 'binary') === 'binary') return undefined;
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(inflated);
        },
      };
    default:
      return undefined;
  }
}

/** MessagePack or CBOR that is recognised without a rule. */
function certainForm(data: Uint8Array): Form | undefined {
  const decoded = decodeCertain(data);
  if (!('text' in decoded)) return undefined;
  const { format } = decoded;
  return {
    encode: format,
    async read(bytes) {
      const again = decodeCertain(bytes);
      return 'text' in again && again.format === format ? again.text : undefined;
    },
  };
}

/** @returns undefined unless the text, encoded again, reads as the same text */
async function draftIn(form: Form, data: Uint8Array, types: ProtobufTypes): Promise<Draft | undefined> {
  const { encode } = form;
  if (encode === 'msgpack' && MADE_KEYS.test(Buffer.from(data).toString('latin1'))) return undefined;
  const text = await form.read(data);
  if (text === undefined || text.length > MAX_EDITED) return undefined;
  const body = encodeBody(encode, text);
  if ('problem' in body) return undefined;
  const bytes = body.outside
    ? await encodeOutside(body.data, body.outside, (path) => path, types)
    : body.data;
  if ((await form.read(bytes)) !== text) return undefined;
  const isJson = !('problem' in draftToMessage('json', text));
  return { mode: isJson ? 'json' : 'text', ...withBraces(text), encode };
}

function bytesDraft(data: Uint8Array): Draft {
  return data.length <= MAX_HEX
    ? { mode: 'hex', text: hexText(data) }
    : { mode: 'base64', text: base64Text(data) };
}

function withBraces(text: string): Pick<Draft, 'text' | 'asIs'> {
  return { text, ...(text.includes('{{') && { asIs: true }) };
}
