import type { Kind } from '../../shared/timeline.ts';

const BINARY_KINDS: readonly Kind[] = ['binary', 'ping', 'pong'];

/** Whether a row's payload is bytes first of all: its view is chosen apart from that of text and details. */
export function isBinaryKind(kind: Kind): boolean {
  return BINARY_KINDS.includes(kind);
}

/** Whether a row came or left as frames. */
export function travelled(kind: Kind): boolean {
  return kind === 'text' || kind === 'close' || isBinaryKind(kind);
}
