import type { OutgoingMessage } from '../../../shared/session.ts';
import type { Concealment } from './concealment.ts';
import { indentation, isBlank } from '../syntax/lines.ts';
import { literalTemplate } from './literalTemplate.ts';

/** The lines of a step that sends this message. */
export function printPayload({ kind, data }: OutgoingMessage, hidden: Concealment): string {
  if (kind === 'binary')
    return `# @binary base64\n${data.length === 0 ? '{{empty}}' : markersEscaped(base64(data))}`;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  if (text === '') return '{{empty}}';
  return needsEscapes(text)
    ? `# @escape\n${hidden.conceal(text, escapes(text))}`
    : markersEscaped(hidden.conceal(text, literalTemplate));
}

function base64(data: Uint8Array): string {
  return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
}

/** Whether a text would not survive being read again: it has control characters, or empty lines at its edges. */
function needsEscapes(text: string): boolean {
  if (/[\x00-\x08\x0b-\x1f\x7f\ufeff]/.test(text)) return true;
  const lines = text.split('\n');
  return isBlank(lines[0]!) || isBlank(lines.at(-1)!);
}

/** Starts of lines that are not sent, or are sent differently. */
const MARKER = /^\\*(?:#|\/\/|===|<@?\s|<@\w|\?\?|>\s*\{%|<\s*\{%)/;

function markersEscaped(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const start = indentation(line);
      return MARKER.test(line.slice(start)) ? `${line.slice(0, start)}\\${line.slice(start)}` : line;
    })
    .join('\n');
}

/** Writes a text for `@escape`: everything that could be misread becomes an escape. */
function escapes(whole: string): (text: string) => string {
  const lines = whole.split('\n');
  const hasBlankEdge = isBlank(lines[0]!) || isBlank(lines.at(-1)!);
  const risky = hasBlankEdge
    ? /[\x00-\x20\x7f\p{White_Space}\ufeff\\#/=<>?{]/gu
    : /[\x00-\x09\x0b-\x1f\x7f\ufeff\\#/=<>?{]/g;
  return (text) => text.replace(risky, escape);
}

function escape(character: string): string {
  if (character === '\n') return '\\n';
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
