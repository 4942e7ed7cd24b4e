import type { View } from '../../shared/formatProtocol.ts';
import type { Kind } from '../../shared/timeline.ts';

const VIEWS = ['pretty', 'raw', 'hex'] as const satisfies readonly View[];

/** A view of a message's payload, or its frames. */
export const INSPECTOR_TABS = [...VIEWS, 'decoded', 'frames'] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

const BINARY_KINDS: readonly Kind[] = ['binary', 'ping', 'pong'];

/** Whether a row holds bytes rather than text. The inspector remembers one view for each. */
export function isBinaryKind(kind: Kind): boolean {
  return BINARY_KINDS.includes(kind);
}

/** Whether a row was sent or received as frames. */
export function hasFrames(kind: Kind): boolean {
  return kind === 'text' || kind === 'close' || isBinaryKind(kind);
}
