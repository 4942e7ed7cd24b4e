import type { ComposerMode } from '../../shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { describeJsonProblem } from './formatMessage.ts';
import { createJsonScanner } from './jsonScanner.ts';
import { prettyJson } from './prettyJson.ts';
import { textMessage, textPlace } from './textMessage.ts';
import type { MessageProblem } from './textMessage.ts';

/** Modes whose draft is the message itself. The host reads files. */
export type TypedMode = Exclude<ComposerMode, 'file'>;

/**
 * The message that a draft sends, or why it cannot be sent. Text and JSON are sent exactly as typed; hex and base64
 * (RFC 4648, either alphabet, padding optional) are read without their white space and sent as binary.
 */
export function draftToMessage(mode: TypedMode, text: string): OutgoingMessage | MessageProblem {
  switch (mode) {
    case 'text':
      return textMessage(text);
    case 'json':
      return jsonMessage(text);
    case 'hex':
      return hexMessage(text);
    case 'base64':
      return base64Message(text);
  }
}

function jsonMessage(text: string): OutgoingMessage | MessageProblem {
  const message = textMessage(text);
  if ('problem' in message) return message;
  const scanner = createJsonScanner(message.data, () => undefined);
  while (!scanner.step(message.data.length + 1));
  if (scanner.problem === undefined) return message;
  const index = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    message.data.subarray(0, scanner.problem.at),
  ).length;
  return { problem: describeJsonProblem(scanner.problem, textPlace(text, index)), at: index };
}

const HEX_SEPARATOR = /^[\s,:]$/;

function hexMessage(text: string): OutgoingMessage | MessageProblem {
  const data = new Uint8Array(Math.ceil(text.length / 2));
  let length = 0;
  for (let at = 0; at < text.length;) {
    if (HEX_SEPARATOR.test(text[at]!)) {
      at++;
      continue;
    }
    if (/^0x[\da-f]/i.test(text.slice(at, at + 3))) at += 2;
    const pair = text.slice(at, at + 2);
    if (!/^[\da-f]{2}$/i.test(pair)) return hexProblem(text, at);
    data[length++] = Number.parseInt(pair, 16);
    at += 2;
  }
  return { kind: 'binary', data: data.slice(0, length) };
}

function hexProblem(text: string, at: number): MessageProblem {
  const isDigit = /[\da-f]/i.test(text[at]!);
  const wrong = isDigit ? at + 1 : at;
  const next = text[wrong];
  if (isDigit && (next === undefined || HEX_SEPARATOR.test(next))) {
    return { problem: `Half a byte ${textPlace(text, at)}: a byte is two hexadecimal digits.`, at };
  }
  const problem = `${character(text, wrong)} ${textPlace(text, wrong)} is not a hexadecimal digit: use 0 to 9 and a to f.`;
  return { problem, at: wrong };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUES = new Map(
  [...BASE64, '-', '_'].map((digit, value) => [digit, value < 64 ? value : value - 2]),
);

function base64Message(text: string): OutgoingMessage | MessageProblem {
  const data = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let digits = 0;
  let bits = 0;
  let padding = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text[at]!;
    if (/\s/.test(digit)) continue;
    if (digit === '=') {
      padding++;
      continue;
    }
    const value = BASE64_VALUES.get(digit);
    if (value === undefined) {
      return { problem: `${character(text, at)} ${textPlace(text, at)} is not a base64 digit.`, at };
    }
    if (padding > 0)
      return { problem: `Base64 goes on after its padding ${textPlace(text, at)}: = ends it.`, at };
    bits = ((bits << 6) | value) & 0xffff;
    digits++;
    const free = (digits * 6) % 8;
    if (digits % 4 !== 1) data[length++] = bits >> free;
  }
  const missing = (4 - (digits % 4)) % 4;
  if (missing === 3)
    return {
      problem: 'Base64 ends in the middle of a byte: a digit is missing or too many.',
      at: text.length,
    };
  if (padding > 0 && padding !== missing) {
    const problem = `Base64 of this length ends in ${missing} =, not ${padding}: digits may be missing.`;
    return { problem, at: text.length };
  }
  return { kind: 'binary', data: data.slice(0, length) };
}

function character(text: string, at: number): string {
  return `"${String.fromCodePoint(text.codePointAt(at)!)}"`;
}

/** Bytes per line of hex after a conversion. */
const HEX_LINE = 16;

/**
 * The same message written in another mode. Text and JSON are the same characters.
 * @returns the text, or a problem if the draft cannot be read in its own mode or written in the other one
 */
export function convertDraft(
  text: string,
  from: TypedMode,
  to: TypedMode,
): { readonly text: string } | MessageProblem {
  if (isText(from) && isText(to)) return { text };
  const message = isText(from) ? textMessage(text) : draftToMessage(from, text);
  if ('problem' in message) return message;
  if (to === 'hex') return { text: hexText(message.data) };
  if (to === 'base64') return { text: base64Text(message.data) };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message.data) };
  } catch {
    return {
      problem: 'These bytes are not valid UTF-8, so they cannot be written as text: send them as they are.',
      at: 0,
    };
  }
}

function isText(mode: TypedMode): boolean {
  return mode === 'text' || mode === 'json';
}

/** Pairs of hexadecimal digits, 16 per line. */
export function hexText(data: Uint8Array): string {
  const pairs = Array.from(data, (byte) => byte.toString(16).padStart(2, '0'));
  const lines: string[] = [];
  for (let at = 0; at < pairs.length; at += HEX_LINE) lines.push(pairs.slice(at, at + HEX_LINE).join(' '));
  return lines.join('\n');
}

/** Base64 with padding (RFC 4648, section 4). */
export function base64Text(data: Uint8Array): string {
  const digits: string[] = [];
  for (let at = 0; at < data.length; at += 3) {
    const bits = (data[at]! << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    const rest = data.length - at;
    digits.push(BASE64[bits >> 18]!, BASE64[(bits >> 12) & 63]!);
    digits.push(rest > 1 ? BASE64[(bits >> 6) & 63]! : '=', rest > 2 ? BASE64[bits & 63]! : '=');
  }
  return digits.join('');
}

/** JSON with one member per line, exact in numbers and key order. @returns undefined if the text is not JSON */
export function formatJson(text: string): string | undefined {
  const job = prettyJson(new TextEncoder().encode(text));
  let step = job.next();
  while (!step.done) step = job.next();
  if (!('line' in step.value)) return undefined;
  const writing = step.value.text();
  let part = writing.next();
  while (!part.done) part = writing.next();
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(part.value);
}
