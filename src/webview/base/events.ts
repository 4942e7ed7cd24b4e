import type { ByteRange } from '../../shared/units.ts';

/** The panel's own DOM events: each component declares the names and details of its events in HTMLElementEventMap. */
type PanelEventName = Extract<keyof HTMLElementEventMap, `duplex-${string}`>;

type DetailOf<Name extends PanelEventName> =
  HTMLElementEventMap[Name] extends CustomEvent<infer Detail> ? Detail : never;

/**
 * Dispatches an event to the parent element. Only `duplex-fail` bubbles, up to the page, which shows the error; each
 * level handles the other events or emits its own.
 */
export function emit<Name extends PanelEventName>(
  element: EventTarget,
  name: Name,
  ...[detail]: DetailOf<Name> extends void ? [] : [detail: DetailOf<Name>]
): void {
  const bubbles = name === 'duplex-fail';
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles, composed: bubbles }));
}

/** Reports a failed call of `element` as `duplex-fail`. */
export function reportTo(element: EventTarget, call: Promise<unknown>): void {
  call.catch((error: unknown) => emit(element, 'duplex-fail', error));
}

declare global {
  interface HTMLElementEventMap {
    /** A call that the user requested failed with this error. */
    'duplex-fail': CustomEvent<unknown>;
    /** The focus goes back to the timeline. */
    'duplex-leave': CustomEvent<void>;
    /** The part closes. The detail says whether to return the focus. */
    'duplex-close': CustomEvent<boolean>;
    /** Mark these bytes of the message in its other views too; undefined: none. */
    'duplex-bytes': CustomEvent<ByteRange | undefined>;
    /** Open the selected row. */
    'duplex-open': CustomEvent<void>;
    /** Copy or save the selected rows. */
    'duplex-copy': CustomEvent<void>;
    'duplex-save': CustomEvent<void>;
    /** Keep the newest row in view, or stop it. */
    'duplex-follow': CustomEvent<boolean>;
    /** Show or hide the handshake. */
    'duplex-handshake': CustomEvent<void>;
    /** The value of a menu's item or of a segment. */
    'duplex-choose': CustomEvent<string>;
  }
}
