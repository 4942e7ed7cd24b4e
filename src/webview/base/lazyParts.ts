import { reportTo } from './events.ts';

/** The elements whose code was requested. */
const asked = new Set<string>();

/**
 * Loads the code of an element that is shown for the first time. An element already in the page is upgraded and keeps
 * its properties.
 * @param parent reports a failure to load as `duplex-fail`
 * @param load imports the module that defines the element; esbuild makes it a separate file
 */
export function loadPart(
  parent: EventTarget,
  name: keyof HTMLElementTagNameMap,
  load: () => Promise<unknown>,
): void {
  if (asked.has(name)) return;
  asked.add(name);
  reportTo(parent, load());
}

/**
 * Loads parts right after the page is first drawn. A field takes keys as soon as it is opened, so its code must be
 * loaded by then.
 */
export function loadAfterStart(
  parent: EventTarget,
  parts: Partial<Record<keyof HTMLElementTagNameMap, () => Promise<unknown>>>,
): void {
  setTimeout(() => {
    for (const [name, load] of Object.entries(parts))
      loadPart(parent, name as keyof HTMLElementTagNameMap, load);
  });
}

/** Focuses an element once its code is loaded and it is rendered. */
export async function focusLoaded(element: HTMLElement | null): Promise<void> {
  if (element === null) return;
  await customElements.whenDefined(element.localName);
  await (element as HTMLElement & { updateComplete?: Promise<unknown> }).updateComplete;
  element.focus();
}
