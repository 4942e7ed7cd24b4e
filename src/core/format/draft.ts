import type { ComposerMode } from '../../shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { describeJsonProblem } from './formatMessage.ts';
import { createJsonScanner } from './jsonScanner.ts';
import { textMessage } from './textMessage.ts';
import type { MessageProblem } from './textMessage.ts';
import { textPlace } from './textPlace.ts';

/** Modes whose draft is the message itself; a file is read by the host. */
export type TypedMode = Exclude<ComposerMode, 'file'>;

/**
 * What a draft sends, or why it cannot be sent. Text and JSON are sent exactly as they were typed; hex and base64
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
  return { problem: describeJsonProblem(scanner.problem, textPlace(text, index)) };
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
    if (!/^[\da-f]{2}$/i.test(pair)) return { problem: hexProblem(text, at) };
    data[length++] = Number.parseInt(pair, 16);
    at += 2;
  }
  return { kind: 'binary', data: data.slice(0, length) };
}

function hexProblem(text: string, at: number): string {
  const isDigit = /[\da-f]/i.test(text[at]!);
  const wrong = isDigit ? at + 1 : at;
  const next = text[wrong];
  if (isDigit && (next === undefined || HEX_SEPARATOR.test(next))) {
    return `Half a byte ${textPlace(text, at)}: a byte is two hexadecimal digits.`;
  }
  return `${character(text, wrong)} ${textPlace(text, wrong)} is not a hexadecimal digit: use 0 to 9 and a to f.`;
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
      return { problem: `${character(text, at)} ${textPlace(text, at)} is not a base64 digit.` };
    }
    if (padding > 0)
      return { problem: `Base64 goes on after its padding ${textPlace(text, at)}: = ends it.` };
    bits = ((bits << 6) | value) & 0xffff;
    digits++;
    const free = (digits * 6) % 8;
    if (digits % 4 !== 1) data[length++] = bits >> free;
  }
  const missing = (4 - (digits % 4)) % 4;
  if (missing === 3)
    return { problem: 'Base64 ends in the middle of a byte: a digit is missing or too many.' };
  if (padding > 0 && padding !== missing) {
    return { problem: `Base64 of this length ends in ${missing} =, not ${padding}: digits may be missing.` };
  }
  return { kind: 'binary', data: data.slice(0, length) };
}

function character(text: string, at: number): string {
  return `"${String.fromCodePoint(text.codePointAt(at)!)}"`;
}
