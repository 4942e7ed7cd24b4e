import { DuplexError } from '../../../shared/errors.ts';
import type { Subject } from '../syntax/conditionTree.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import type { Scope } from '../variables/scope.ts';
import { exactString, parseExact, type ExactJson } from './exactJson.ts';
import { fillTemplate } from './fillTemplate.ts';
import type { Judged } from './judged.ts';
import { jsonSelector } from './selectJson.ts';

/** A subject with its variables filled in. */
export interface CompiledSubject {
  /** The subject as it is written, variables filled in. */
  readonly written: string;
  /** Whether it applies to a close. Only such conditions can select a close to wait for. */
  readonly isOfClose: boolean;
  /** Whether it reads the payload of messages, not only facts such as kind and size. */
  readonly needsPayload: boolean;
  /** Whether it reads the JSON of messages. */
  readonly isOfJson: boolean;
  /** Messages of this many bytes or more need a time limit. */
  readonly timeLimitFrom: number;
  /** All values of the subject; empty if there are none. */
  values(judged: Judged): readonly ExactJson[];
}

/** @returns the problems of its variables or of its JSONPath; none while a value is not known yet */
export function compileSubject(
  subject: Subject,
  scope: Scope,
): CompiledSubject | { readonly problems: readonly Problem[] } {
  const { of, argument } = subject;
  const filled = argument ? fillTemplate(argument, scope) : { text: '' };
  if ('problems' in filled) return filled;
  const { text } = filled;
  const isPath = of === 'jsonPath' || of === 'payload';
  if (!isPath)
    return {
      written: of === 'header' || of === 'message-header' ? `${of} ${text}` : (subject.alias ?? of),
      isOfClose: of === 'kind' || of === 'close.code' || of === 'close.reason',
      needsPayload: of === 'text',
      isOfJson: false,
      timeLimitFrom: Infinity,
      values: (judged) => plainValues(of, text, judged),
    };
  try {
    const { select, isLinear } = jsonSelector(of === 'payload' ? `$${text}` : text);
    return {
      written: of === 'payload' ? `payload${text}` : text,
      isOfClose: false,
      needsPayload: true,
      isOfJson: true,
      timeLimitFrom: isLinear ? Infinity : 0,
      values(judged) {
        const json = of === 'payload' ? judged.payload() : judged.json();
        return json ? select(json) : [];
      },
    };
  } catch (error) {
    if (!(error instanceof DuplexError)) throw error;
    return { problems: [{ code: 'condition.jsonpath', message: error.message, range: subject.range }] };
  }
}

function plainValues(
  of: Exclude<Subject['of'], 'jsonPath' | 'payload'>,
  header: string,
  judged: Judged,
): readonly ExactJson[] {
  const { kind, size, latency, close, handshake, unit } = judged;
  const isMessage = kind === 'text' || kind === 'binary';
  switch (of) {
    case 'text': {
      const written = judged.text();
      return written === undefined ? [] : [exactString(written)];
    }
    case 'size':
      return isMessage ? [size] : [];
    case 'kind':
      return kind === 'handshake' ? [] : [kind];
    case 'latency':
      return kind === 'handshake' ? [] : [latency];
    case 'close.code':
      return close ? [close.code] : [];
    case 'close.reason':
      return close ? [exactString(close.reason)] : [];
    case 'status':
      return handshake ? [handshake.status] : [];
    case 'subprotocol':
      return handshake ? [exactString(handshake.subprotocol)] : [];
    case 'header':
      return (handshake?.headers ?? [])
        .filter(([name]) => name.toLowerCase() === header.toLowerCase())
        .map(([, value]) => exactString(value));
    case 'type':
      return unit ? [unit.type] : [];
    case 'name':
      return unit ? [exactString(unit.name)] : [];
    case 'id': {
      const id = unit?.id ?? unit?.replyTo ?? unit?.stream;
      return id === undefined ? [] : [(parseExact(id) ?? { value: exactString(id) }).value];
    }
    case 'error':
      return unit?.error === undefined ? [] : [exactString(unit.error)];
    case 'message-header':
      return (unit?.headers ?? [])
        .filter(([name]) => name.toLowerCase() === header.toLowerCase())
        .map(([, value]) => exactString(value));
  }
}
