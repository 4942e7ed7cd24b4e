import type { OutgoingMessage } from '../../shared/session.ts';
import { textPlace } from './textPlace.ts';

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
