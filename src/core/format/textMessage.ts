import type { OutgoingMessage } from '../../shared/session.ts';

/** Why a draft cannot be sent. */
export interface MessageProblem {
  /** One sentence: what is wrong, where, and what is allowed. */
  readonly problem: string;
  /** Index of the first invalid character. */
  readonly at: number;
}

/** Encodes a text message. It must be valid UTF-8 (RFC 6455, section 5.6), so lone surrogates are refused. */
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
