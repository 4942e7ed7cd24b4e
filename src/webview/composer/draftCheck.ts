import { draftToMessage, formatJson } from '../../core/format/draft.ts';
import type { MessageProblem } from '../../core/format/textMessage.ts';
import { scanText } from '../../core/request/syntax/template.ts';
import type { Reference } from '../../core/request/syntax/template.ts';
import type { Draft } from '../../shared/panelProtocol.ts';
import { COMPOSER_TEXT } from './composerTexts.ts';

/** Maximum characters of a draft that is checked while it is typed; a longer one is checked when it is sent. */
export const CHECK_AS_TYPED = 200_000;

/** Why a draft cannot be sent as it is; undefined if it can. */
export function draftProblem({ mode: written, text, asIs, verb, encode }: Draft): MessageProblem | undefined {
  // MessagePack and Protobuf are written as JSON. CBOR has its own notation, which the host checks.
  const mode = written === 'text' && /^(?:msg|proto)/.test(encode ?? '') ? 'json' : written;
  // The host checks whether a verb needs a payload, because it knows the protocol.
  if (verb && text.trim() === '') return undefined;
  if (mode === 'file') return text === '' ? { problem: COMPOSER_TEXT.chooseFirst, at: 0 } : undefined;
  const checked = mode === 'json' && asIs !== true ? withoutReferences(text).text : text;
  const message = draftToMessage(mode, checked);
  return 'problem' in message ? message : undefined;
}

/** Like `draftProblem`, but an empty draft has no problem yet. */
export function typingProblem(draft: Draft): MessageProblem | undefined {
  if (draft.mode === 'file' || draft.text.trim() === '' || draft.text.length > CHECK_AS_TYPED)
    return undefined;
  return draftProblem(draft);
}

/** JSON with one member per line; variables stay. @returns undefined if the text is not JSON */
export function formattedDraft({ text, asIs }: Draft): string | undefined {
  if (asIs === true) return formatJson(text);
  const { text: plain, references } = withoutReferences(text);
  const formatted = formatJson(plain);
  let next = 0;
  return formatted?.replace(PLACEHOLDER, () => references[next++] ?? '');
}

/** Stands for a reference outside a string. Neither servers nor people write this character. */
const PLACEHOLDER = /"\ufdd0*"/g;

/**
 * JSON in which each reference outside a string is replaced by a string of the same length, so that positions stay the
 * same. References within strings stay.
 */
function withoutReferences(text: string): { readonly text: string; readonly references: readonly string[] } {
  const references: string[] = [];
  let plain = '';
  let at = 0;
  for (const { from, to } of referencePlaces(text)) {
    const before = text.slice(at, from);
    plain += before;
    at = to;
    if (endsInString(plain)) {
      plain += text.slice(from, to);
    } else {
      references.push(text.slice(from, to));
      plain += `"${'\ufdd0'.repeat(to - from - 2)}"`;
    }
  }
  return { text: plain + text.slice(at), references };
}

function referencePlaces(text: string): { readonly from: number; readonly to: number }[] {
  if (!text.includes('{{')) return [];
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return scanText(text)
    .parts.filter((part): part is Reference => typeof part !== 'string')
    .map(({ range: { start, end } }) => ({
      from: starts[start.line]! + start.character,
      to: starts[end.line]! + end.character,
    }));
}

function endsInString(json: string): boolean {
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    if (inString && json[at] === '\\') at++;
    else if (json[at] === '"') inString = !inString;
  }
  return inString;
}
