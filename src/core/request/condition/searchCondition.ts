import { DuplexError } from '../../../shared/errors.ts';
import type { RowFacts, TextMatcher } from '../../search/textMatcher.ts';
import type { Kind } from '../../../shared/timeline.ts';
import { parseCondition } from '../syntax/parseCondition.ts';
import type { Subject } from '../syntax/conditionTree.ts';
import { createFileScope } from '../variables/scope.ts';
import { SAMPLE_PORTS } from '../variables/value.ts';
import { compileCondition, type CompiledCondition } from './compileCondition.ts';
import { judgedFacts, judgedMessage } from './judged.ts';
import type { Judged } from './judged.ts';

/** Subjects that every message has, with or without a protocol. */
const SEARCHABLE: readonly Subject['of'][] = ['jsonPath', 'text', 'size', 'kind', 'latency'];

/** Subjects that need no payload, and the kinds of row that have them. */
const KINDS_OF: Partial<Record<Subject['of'], readonly Kind[]>> = {
  size: ['text', 'binary'],
  kind: ['text', 'binary', 'ping', 'pong', 'close'],
  latency: ['text', 'binary', 'close'],
};

/** An operator; the blanks around it that a request file needs are optional here. */
const COMPARISON = /^(==|!=|>=|<=|>|<)/;

/**
 * Compiles a condition of request files as a search for the messages that meet it. Blanks around an operator are
 * optional, as in `$.type=="trade"`.
 * @throws DuplexError `call.invalid` that says what is wrong with the condition
 */
export function compileConditionMatcher(pattern: string): TextMatcher {
  const { compiled, subject: of } = compileSearchCondition(spaced(pattern.trim()));
  if (!SEARCHABLE.includes(of))
    throw invalid(
      `A search cannot ask for ${of}: use a JSONPath such as $.type, text, size, kind or latency.`,
    );
  const kinds = KINDS_OF[of];
  return {
    ...(kinds && {
      testFacts: (facts) =>
        !(of === 'latency' && facts.latency === undefined) && compiled.holds(judgedRow(facts)),
    }),
    kinds: kinds ?? ['text', 'binary'],
    proofs: [],
    hints: undefined,
    ignoresCase: false,
    subject: (text) => messageOf(text),
    test: (judged) => compiled.holds(judged as Judged),
    ranges: () => [],
  };
}

/** @throws DuplexError `call.invalid` that says what is wrong with the condition */
export function compileSearchCondition(source: string): {
  readonly compiled: CompiledCondition;
  readonly subject: Subject['of'];
} {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: source.length } };
  const parsed = parseCondition(source, { parts: [source], range });
  if ('code' in parsed) throw invalid(parsed.message);
  const compiled = compileCondition(parsed, createFileScope([], SAMPLE_PORTS));
  if ('problems' in compiled) throw invalid(compiled.problems[0]?.message ?? 'A variable has no value here.');
  if (compiled.schema !== undefined)
    throw invalid('A search cannot check a schema: use the condition in a request file.');
  return { compiled, subject: parsed.subject.of };
}

function messageOf(text: string): Judged {
  const payload = new TextEncoder().encode(text);
  return judgedMessage(payload, {
    kind: 'text',
    size: payload.length,
    latency: 0,
    close: undefined,
    handshake: undefined,
  });
}

function judgedRow({ kind, size, latency = 0 }: RowFacts): Judged {
  const facts = { size, latency, close: undefined, handshake: undefined };
  // Rows of other kinds are left out by `kinds`.
  return judgedFacts({ ...facts, kind: kind as Judged['kind'] });
}

/** The condition with blanks around its first operator. */
function spaced(pattern: string): string {
  const found = operatorAt(pattern);
  if (found === undefined) return pattern;
  const { at, operator } = found;
  return `${pattern.slice(0, at).trimEnd()} ${operator} ${pattern.slice(at + operator.length).trimStart()}`;
}

function operatorAt(pattern: string): { readonly at: number; readonly operator: string } | undefined {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[' || character === '(') depth++;
    else if (character === ']' || character === ')') depth--;
    else if (depth === 0) {
      const operator = COMPARISON.exec(pattern.slice(at, at + 2))?.[1];
      if (operator !== undefined) return { at, operator };
    }
  }
  return undefined;
}

function invalid(message: string): DuplexError {
  return new DuplexError('call.invalid', message);
}
