import type { OutgoingMessage } from '../../shared/session.ts';

/** Why something cannot be sent. */
export interface MessageProblem {
  /** One sentence: what does not fit, where, and what would. */
  readonly problem: string;
  /** Index of the character at which the problem is. */
  readonly at: number;
}

/** A text as the message that carries it. RFC 6455, section 5.6: it is UTF-8, which has no place for half of a surrogate pair. */
export function textMessage(text: string): OutgoingMessage | MessageProblem {
  const lone = text.search(/\p{Surrogate}/u);
  if (lone < 0) return { kind: 'text', data: new TextEncoder().encode(text) };
  return {
    problem: `Half of a character ${textPlace(text, lone)} cannot be sent as UTF-8: delete or retype it.`,
    at: lone,
  };
}

/** A position in a text as editors count it, from 1. */
export function textPlace(text: string, index: number): string {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  const column = index - before.lastIndexOf('\n');
  return line === 1 && !text.includes('\n') ? `at column ${column}` : `at line ${line}, column ${column}`;
}
