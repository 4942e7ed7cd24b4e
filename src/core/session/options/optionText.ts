import type { DeflateParameters } from '../../../shared/session.ts';
import { excerpt } from '../../text/excerpt.ts';
import { parseDuration, parseSize } from '../../text/units.ts';
import type { OptionKind, OptionSpec, OptionValues } from './optionSpec.ts';

// Converts option values from and to the text of request files and command lines. optionProblem.ts checks ranges and
// contradictions; this file only converts.

/** A value, or one sentence that says what is wrong with the text and what to write instead. */
export type OptionReading = { readonly value: OptionValues[OptionKind] } | { readonly problem: string };

/** Parses the text after an option's name. For `paths` and `headers` it is one element. */
export function readOption(spec: OptionSpec, text: string): OptionReading {
  switch (spec.kind) {
    case 'duration':
      return text.trim() === '0' && spec.zero !== undefined ? { value: 0 } : parseDuration(text);
    case 'size':
      return parseSize(text);
    case 'count':
      return /^\d{1,15}$/.test(text.trim())
        ? { value: Number(text) }
        : { problem: `${excerpt(text)} is not a whole number: write it as in ${spec.sample}.` };
    case 'list':
      return { value: text.split(',').map((part) => part.trim()) };
    case 'paths':
    case 'rules':
      return { value: [text] };
    case 'deflate':
      return readDeflate(text);
    case 'headers':
      return readHeader(text);
    case 'choice':
      return readTlsVersion(text);
    case 'flag':
      return { value: true };
    case 'negatedFlag':
      return { value: false };
    case 'text':
    case 'path':
      return { value: text };
  }
}

/** The inverse of `readOption`: one text for each time the option is written; none for a value that needs no text. */
export function writeOption(spec: OptionSpec, value: OptionValues[OptionKind]): readonly string[] {
  switch (spec.kind) {
    case 'duration':
      return [writeDuration(value as number)];
    case 'size':
      return [writeSize(value as number)];
    case 'count':
      return [(value as number).toString()];
    case 'list':
      return (value as readonly string[]).length > 0 ? [(value as readonly string[]).join(', ')] : [];
    case 'paths':
    case 'rules':
      return value as readonly string[];
    case 'deflate':
      return writeDeflate(value as DeflateParameters);
    case 'headers':
      return (value as OptionValues['headers']).map(([name, text]) => `${name}: ${text}`);
    case 'choice':
      return value === '' ? [] : [(value as string).replace(/^TLSv1$/, '1.0').replace(/^TLSv/, '')];
    case 'flag':
      return value === true ? [''] : [];
    case 'negatedFlag':
      return value === false ? [''] : [];
    case 'text':
    case 'path':
      return value === '' ? [] : [value as string];
  }
}

const DURATIONS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Milliseconds in the largest unit that gives a whole number. */
export function writeDuration(milliseconds: number): string {
  return inLargestUnit(milliseconds, DURATIONS, 'ms');
}

const SIZES = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

/** Bytes in the largest unit that gives a whole number. */
export function writeSize(bytes: number): string {
  return inLargestUnit(bytes, SIZES, 'B');
}

function inLargestUnit(
  value: number,
  units: readonly (readonly [string, number])[],
  smallest: string,
): string {
  if (value === 0) return '0';
  const [unit, factor] = units.find(([, each]) => value % each === 0) ?? [smallest, 1];
  return `${value / factor}${unit}`;
}

function readTlsVersion(text: string): OptionReading {
  const version = /^(?:TLS\s?v?)?1\.([0-3])$/i.exec(text.trim())?.[1];
  if (version === undefined)
    return { problem: `${excerpt(text)} is not a version of TLS: use 1.0, 1.1, 1.2 or 1.3.` };
  return { value: version === '0' ? 'TLSv1' : `TLSv1.${version}` };
}

/** Parses a header line. The error does not quote the text, which may hold a secret. */
function readHeader(text: string): OptionReading {
  const colon = text.indexOf(':');
  if (colon < 1) return { problem: 'A header is written with a colon, as in Name: value.' };
  return { value: [[text.slice(0, colon).trim(), text.slice(colon + 1).trim()]] };
}

const DEFLATE_FLAGS = new Map([
  ['server_no_context_takeover', 'serverNoContextTakeover'],
  ['client_no_context_takeover', 'clientNoContextTakeover'],
] as const);

const DEFLATE_BITS = new Map([
  ['server_max_window_bits', 'serverMaxWindowBits'],
  ['client_max_window_bits', 'clientMaxWindowBits'],
] as const);

/** Parses the syntax of Sec-WebSocket-Extensions (RFC 7692, section 7.1); the extension's own name may come first. */
function readDeflate(text: string): OptionReading {
  const parameters: { -readonly [Key in keyof DeflateParameters]: DeflateParameters[Key] } = {};
  const parts = text.split(';').map((part) => part.trim());
  if (parts[0] === 'permessage-deflate') parts.shift();
  for (const part of parts) {
    const [, name = '', value] = /^([^\s=]*)\s*(?:=\s*"?([^"]*)"?)?$/.exec(part) ?? [];
    const flag = DEFLATE_FLAGS.get(name as 'server_no_context_takeover');
    const bits = DEFLATE_BITS.get(name as 'server_max_window_bits');
    const key = flag ?? bits;
    if (key === undefined)
      return {
        problem: `${excerpt(part)} is not a parameter of permessage-deflate: use ${[...DEFLATE_FLAGS.keys(), ...DEFLATE_BITS.keys()].join(', ')}.`,
      };
    if (parameters[key] !== undefined) return { problem: `${name} is given twice: remove one of them.` };
    if (flag) {
      if (value !== undefined) return { problem: `${name} takes no value: remove what follows it.` };
      parameters[flag] = true;
    } else if (bits) {
      if (value === undefined || !/^\d{1,3}$/.test(value))
        return { problem: `${name} needs a number of bits: write ${name}=15, or less down to 9.` };
      parameters[bits] = Number(value);
    }
  }
  return { value: parameters };
}

function writeDeflate(parameters: DeflateParameters): readonly string[] {
  const parts = [
    ...[...DEFLATE_FLAGS].filter(([, key]) => parameters[key]).map(([name]) => name),
    ...[...DEFLATE_BITS]
      .filter(([, key]) => parameters[key] !== undefined)
      .map(([name, key]) => `${name}=${parameters[key]}`),
  ];
  return parts.length > 0 ? [parts.join('; ')] : [];
}
