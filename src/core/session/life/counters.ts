import type { Counter } from '../../../shared/session.ts';

/** Counts text and binary messages of one direction. Adding costs two additions and no object. */
export class MessageCounter implements Counter {
  messages: number;
  bytes: number;

  constructor(from: Counter = { messages: 0, bytes: 0 }) {
    this.messages = from.messages;
    this.bytes = from.bytes;
  }

  add(bytes: number): void {
    this.messages++;
    this.bytes += bytes;
  }

  /** A copy that does not change any more. */
  snapshot(): Counter {
    return { messages: this.messages, bytes: this.bytes };
  }
}
