/** Tells a parent element; the event goes no further up than it. */
export function emit<T>(element: EventTarget, name: string, detail: T): void {
  element.dispatchEvent(new CustomEvent(name, { detail }));
}
