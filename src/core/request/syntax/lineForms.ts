import { rangeInLine, textInLine, type Range, type Text } from './range.ts';
import { indentation, type Line } from './lines.ts';
import type { Role } from '../../protocol/protocolModule.ts';
import type { RequestFileKind, RequestSeparator, StepSeparator } from './tree.ts';

// Classifies a line from the line alone. Patterns are anchored and cannot match the same blanks in two ways, so each
// takes linear time for any line.

export function isRequestSeparator(line: Line): boolean {
  return line.text.startsWith('###');
}

export function requestSeparator(line: Line): RequestSeparator {
  const titleAt = /^#+\s*/.exec(line.text)![0].length;
  const end = line.text.trimEnd().length;
  return {
    kind: 'requestSeparator',
    range: rangeInLine(line.number, 0, line.text.length),
    title: titleAt < end ? textInLine(line.number, line.text, titleAt, end) : undefined,
  };
}

/** The word after `===` that waits for the peer. */
const WAITS: Readonly<Record<Role, string>> = { client: 'wait-for-server', server: 'wait-for-client' };

const RULE = 'on-message';

/**
 * `===`, `=== wait-for-server` or, in a server, `=== wait-for-client` and `=== on-message` at the start of its line, alone or
 * before a comment.
 */
export function stepSeparator(line: Line, role: Role): StepSeparator | undefined {
  if (!line.text.startsWith('===')) return undefined;
  const range = rangeInLine(line.number, 0, line.text.length);
  const at = 3 + indentation(line.text.slice(3));
  const words = role === 'server' ? [WAITS.server, RULE] : [WAITS.client];
  const word = at > 3 ? words.find((each) => line.text.startsWith(each, at)) : undefined;
  const text = word === undefined ? undefined : textInLine(line.number, line.text, at, at + word.length);
  const isRule = word === RULE;
  const plain = {
    kind: 'stepSeparator',
    range,
    wait: isRule ? undefined : text,
    ...(isRule && text && { rule: text }),
  } as const;
  const rest = line.text.slice(text ? text.range.end.character : 3).trim();
  if (rest === '') return plain;
  if (!isComment(rest)) return undefined;
  const end = line.text.trimEnd().length;
  return { ...plain, comment: textInLine(line.number, line.text, end - rest.length, end) };
}

/** The separator that a malformed line probably stands for, or undefined. */
export function intendedSeparator(text: string, role: Role): string | undefined {
  const start = indentation(text);
  const content = text.slice(start, start + 80).trimEnd();
  const wait = `=== ${WAITS[role]}`;
  const isRule = role === 'server' && /^=*\s*on[-_ ]?message$/i.test(content);
  if (isRule && content !== 'on message') return `=== ${RULE}`;
  if (content[0] !== '=') {
    const other = role === 'server' ? /^wait[-_ ]for[-_ ]client$/i : /^wait[-_ ]for[-_ ]server$/i;
    return other.test(content) ? wait : undefined;
  }
  if (/^=+\s*wait[-_ ]?(?:for[-_ ]?)?(?:server|client)?\b/i.test(content)) return wait;
  return content.startsWith('===') ? '===' : undefined;
}

export function isComment(text: string): boolean {
  const start = indentation(text);
  return text[start] === '#' || text.startsWith('//', start);
}

export interface DirectiveForm {
  readonly name: Text;
  /** Where the argument starts and ends; equal if there is none. */
  readonly argumentAt: number;
  readonly argumentEnd: number;
}

/** `# @name argument`, also with `//`, with repeated marks, and with JetBrains' `=` before the argument. */
export function directiveForm(line: Line): DirectiveForm | undefined {
  const mark = /^\s*(?:#+|\/\/+)\s*@/.exec(line.text);
  if (mark === null) return undefined;
  const nameAt = mark[0].length;
  const nameEnd = nameAt + line.text.slice(nameAt).search(/[\s=]|$/);
  const gap = /^\s*(?:=\s*)?/.exec(line.text.slice(nameEnd))![0].length;
  const argumentEnd = line.text.trimEnd().length;
  return {
    name: textInLine(line.number, line.text, nameAt, nameEnd),
    argumentAt: Math.min(nameEnd + gap, argumentEnd),
    argumentEnd,
  };
}

/**
 * `WEBSOCKET url`, `WS url`, `WSS url`, `SERVE url`, `PROXY url -> url`, `ws://…` or `wss://…`: the keyword, and where the
 * URL starts and ends.
 */
export interface TargetForm {
  readonly keyword: Text | undefined;
  readonly urlAt: number;
  readonly urlEnd: number;
}

/** @param kind in files of other clients, SERVE and PROXY are not our keywords */
export function targetForm(line: Line, kind: RequestFileKind): TargetForm | undefined {
  const start = indentation(line.text);
  const rest = line.text.slice(start, start + 16);
  const word = (
    kind === 'ws' ? /^(?:WEBSOCKET|WSS|WS|SERVE|PROXY)(?=\s|$)/ : /^(?:WEBSOCKET|WSS|WS)(?=\s|$)/
  ).exec(rest)?.[0];
  if (word === undefined && !/^wss?:\/\//i.test(rest)) return undefined;
  const urlEnd = line.text.trimEnd().length;
  const afterWord = start + (word?.length ?? 0);
  const urlAt = Math.min(afterWord + indentation(line.text.slice(afterWord)), urlEnd);
  const keyword = word === undefined ? undefined : textInLine(line.number, line.text, start, afterWord);
  return { keyword, urlAt, urlEnd };
}

/** A line that looks like a target but is not one. */
export interface MistakenTarget {
  /** The word in the keyword's position. */
  readonly word: string;
  /** `case`: the keyword in other letter case; `method`: an HTTP method or another word before a WebSocket URL. */
  readonly mistake: 'case' | 'method';
  readonly range: Range;
}

export function mistakenTarget(line: Line): MistakenTarget | undefined {
  const start = indentation(line.text);
  const [, word = '', rest = ''] =
    /^([A-Za-z-]{2,20})(?::?\s+(\S.{0,8})|$)/.exec(line.text.slice(start, start + 64)) ?? [];
  if (word === '') return undefined;
  const range = rangeInLine(line.number, start, start + word.length);
  if (
    /^(?:web-?sockets?|wss?)$/i.test(word) &&
    /^(?:wss?:|https?:|\{\{|\/|[\w.-]+:\d|localhost)|^$/i.test(rest)
  )
    return { word, mistake: 'case', range };
  return /^wss?:\/\//i.test(rest) && /^[A-Z-]+$/i.test(word) ? { word, mistake: 'method', range } : undefined;
}

/** A line that only another client understands, and how its script continues. */
export type ScriptForm = 'line' | 'untilPercent' | 'untilBraces';

/** `> {% … %}`, `< {% … %}`, a `{{` that opens a block of lines, `?? assertion`. */
export function scriptForm(text: string): ScriptForm | undefined {
  const start = indentation(text);
  const first = text[start];
  if (first === '?') return text.startsWith('??', start) ? 'line' : undefined;
  if (first === '<' || first === '>') {
    const mark = /^[<>]\s*\{%/.exec(text.slice(start))?.[0];
    if (mark === undefined) return undefined;
    return text.includes('%}', start + mark.length) ? 'line' : 'untilPercent';
  }
  if (first !== '{') return undefined;
  const opens = /^\{\{(?:@js\s+)?(?:[+@]\w*|request|streaming|response|after|responseLogging)?$/i;
  return opens.test(text.trim()) ? 'untilBraces' : undefined;
}

/** Where the path of `< path` or `<@ path` starts, and the encoding in front of it. */
export interface FileForm {
  readonly as: 'binary' | 'text';
  /** The name directly after `<@`: httpYac's character encoding. */
  readonly encoding: string;
  readonly pathAt: number;
  readonly pathEnd: number;
}

export function fileForm(text: string): FileForm | undefined {
  const start = indentation(text);
  if (text[start] !== '<') return undefined;
  const match = /^<(@?)(\w*)(?=\s)/.exec(text.slice(start));
  if (match === null || (match[1] === '' && match[2] !== '')) return undefined;
  const pathEnd = Math.max(text.trimEnd().length, start + match[0].length);
  const afterMark = start + match[0].length;
  return {
    as: match[1] === '@' ? 'text' : 'binary',
    encoding: match[2]!,
    pathAt: Math.min(afterMark + indentation(text.slice(afterMark)), pathEnd),
    pathEnd,
  };
}

/** The start of a payload line that is not sent, or is sent differently. */
const MARKER = /^(?:#|\/\/|===|<@?\s|<@\w|\?\?|>\s*\{%|<\s*\{%)/;

/** The index of the backslash that makes the start of a payload line literal, or -1. */
export function leadingEscape(text: string): number {
  const start = indentation(text);
  if (text[start] !== '\\') return -1;
  const backslashes = /^\\+/.exec(text.slice(start))![0].length;
  return MARKER.test(text.slice(start + backslashes)) ? start : -1;
}

/** Escapes a payload line so that it is sent unchanged: the inverse of `leadingEscape`. */
export function escapeLeading(text: string): string {
  const start = indentation(text);
  const isMarked = MARKER.test(text.slice(start).replace(/^\\+/, ''));
  return isMarked ? `${text.slice(0, start)}\\${text.slice(start)}` : text;
}
