import { excerpt } from './excerpt.ts';

/** The formats of rules, each with its description. */
export const DECODE_FORMATS = {
  msgpack: 'MessagePack, as JSON.',
  cbor: 'CBOR, in diagnostic notation (RFC 8949, section 8).',
  protobuf:
    'Protobuf with a schema: `protobuf feed.Tick from ./feed.proto`; without a schema, fields by number.',
  gzip: 'gzip (RFC 1952); the rules after this one decode the content.',
  zlib: 'zlib (RFC 1950); the rules after this one decode the content.',
  'zlib-stream':
    'One zlib stream over all binary messages of a direction, each flushed, as Discord sends them; the protocol and the other rules decode the content.',
  deflate: 'Raw Deflate, without a header (RFC 1951); the rules after this one decode the content.',
  brotli: 'Brotli (RFC 7932); the rules after this one decode the content.',
  base64: 'Base64 text or a data URL; the rules after this one decode the content.',
  image: 'PNG, JPEG, GIF, WebP, BMP or AVIF, shown as an image.',
} as const;

export type DecodeFormat = keyof typeof DECODE_FORMATS;

/** A line of the option `decode`: the format of the payloads that it selects. */
export interface DecodeRule {
  /** As written. */
  readonly text: string;
  readonly format: DecodeFormat;
  /** For `protobuf`: the message and the file of its schema; both or none. */
  readonly message: string | undefined;
  readonly file: string | undefined;
  /** `in`: messages from the server. */
  readonly direction: 'in' | 'out' | undefined;
  /** Name of the units: a topic filter of MQTT, or a name with `*` for any characters. */
  readonly topic: string | undefined;
  /** The first bytes. */
  readonly prefix: Uint8Array | undefined;
}

const RULE = /^(\S.*?)(?:\s+(in|out))?(?:\s+topic\s+(\S+)|\s+prefix\s+(\S+))?$/is;
const SCHEMA = /^protobuf\s+(\S+)\s+from\s+(\S.*)$/is;

/** Maximum bytes of a prefix. */
const MAX_PREFIX = 64;

/** Parses FORMAT [in|out] [topic T | prefix HEX], or says in one sentence what is wrong with it. */
export function parseDecodeRule(written: string): DecodeRule | { readonly problem: string } {
  const text = written.trim();
  const [, what = '', direction, topic, digits] = RULE.exec(text) ?? [];
  const [, message, file] = SCHEMA.exec(what) ?? [];
  const name = (message === undefined ? what : 'protobuf').toLowerCase();
  if (!Object.hasOwn(DECODE_FORMATS, name)) {
    const names = Object.keys(DECODE_FORMATS).join(', ');
    const form = /^protobuf\s/i.test(what)
      ? 'write protobuf feed.Tick from ./feed.proto'
      : `use ${names}, optionally followed by in or out and by topic NAME or prefix HEX`;
    return { problem: `${excerpt(text)} is not a decoding rule: ${form}.` };
  }
  if (name === 'zlib-stream' && (topic !== undefined || digits !== undefined))
    return {
      problem: `${excerpt(text)} is about whole connections: only in or out may follow zlib-stream.`,
    };
  let prefix: Uint8Array | undefined;
  if (digits !== undefined) {
    if (!/^(?:[\da-f]{2})+$/i.test(digits) || digits.length > 2 * MAX_PREFIX)
      return {
        problem: `${excerpt(digits)} is not a prefix: write 1 to ${MAX_PREFIX} bytes as hexadecimal digits, as in prefix 0a02.`,
      };
    prefix = Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16));
  }
  return {
    text,
    format: name as DecodeFormat,
    message,
    file,
    direction: direction?.toLowerCase() as 'in' | 'out' | undefined,
    topic,
    prefix,
  };
}

/** The rule with the path of its schema replaced. */
export function withSchemaPath(text: string, resolve: (path: string) => string): string {
  const rule = parseDecodeRule(text);
  if ('problem' in rule || rule.file === undefined) return text;
  const { file } = rule;
  const at = /^\s*\S+\s+\S+\s+from\s+/i.exec(text)![0].length;
  return text.slice(0, at) + resolve(file) + text.slice(at + file.length);
}
