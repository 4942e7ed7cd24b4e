import type { OutgoingMessage } from '../../../shared/session.ts';
import type { SecretNames } from './secretNames.ts';
import { indentation, isBlank } from '../syntax/lines.ts';
import { literalTemplate, withReference } from './literalTemplate.ts';

/** A place of a text, in UTF-16 units, that is written as `{{name}}`. */
export interface PlacedReference {
  readonly start: number;
  readonly end: number;
  /** The name of a variable, or a dynamic one such as `$secret token`. */
  readonly name: string;
}

/** The lines of a step that sends this message. @param references in order, without overlaps */
export function printPayload(
  { kind, data }: OutgoingMessage,
  secretNames: SecretNames,
  references: readonly PlacedReference[] = [],
): string {
  const names = references.length === 0 ? secretNames : withReferences(secretNames, references);
  if (kind === 'binary')
    return `# @binary base64\n${data.length === 0 ? '{{empty}}' : markersEscaped(base64(data))}`;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  if (text === '') return '{{empty}}';
  return needsEscapes(text)
    ? `# @escape\n${names.replaceSecrets(text, escapes(text))}`
    : markersEscaped(names.replaceSecrets(text, literalTemplate));
}

/** Writes the references of one text; the text between them is unchanged. */
function withReferences(names: SecretNames, references: readonly PlacedReference[]): SecretNames {
  return {
    secrets: names.secrets,
    replaceSecrets(text, literal) {
      let written = '';
      let at = 0;
      for (const { start, end, name } of references) {
        written = withReference(written + names.replaceSecrets(text.slice(at, start), literal), name);
        at = end;
      }
      return written + names.replaceSecrets(text.slice(at), literal);
    },
  };
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
