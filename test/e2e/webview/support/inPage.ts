import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Runs in the page; the tests' own types know no DOM. */
export const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element: unknown) =>
    (element as { matches(selector: string): boolean }).matches(':focus'),
  );

/** Whether an element comes before the one that has the focus, in the order of Tab. */
export const isBeforeFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element: unknown) => {
    interface Node {
      readonly assignedSlot?: Node | null;
      readonly parentNode: Node | null;
      readonly host?: Node;
      readonly shadowRoot?: { readonly activeElement: Node | null } | null;
      readonly ownerDocument: { readonly activeElement: Node | null };
      compareDocumentPosition(other: Node): number;
    }
    const path = (node: Node): Node[] => {
      const nodes: Node[] = [];
      for (let at: Node | null | undefined = node; at; at = at.assignedSlot ?? at.parentNode ?? at.host)
        nodes.unshift(at);
      return nodes;
    };
    const target = element as Node;
    let active = target.ownerDocument.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    if (!active) return false;
    const [wanted, from] = [path(target), path(active)];
    const at = wanted.findIndex((node, index) => node !== from[index]);
    const [a, b] = [wanted[at], from[at]];
    // 2: the other node precedes it.
    return a !== undefined && b !== undefined && (b.compareDocumentPosition(a) & 2) > 0;
  });

/** @param part of the height of what is scrolled */
export const scrollTo = (locator: Locator, part: number): Promise<void> =>
  locator.evaluate((element: unknown, to: number) => {
    const list = element as { scrollTop: number; scrollHeight: number };
    list.scrollTop = list.scrollHeight * to;
  }, part);

/** The text in the composer's editor. */
export const draftText = (page: Page | FrameLocator): Promise<string> =>
  page.locator('duplex-composer .cm-content').evaluate((element: unknown) =>
    Array.from(
      (
        element as { querySelectorAll(selector: string): ArrayLike<{ textContent: string }> }
      ).querySelectorAll('.cm-line'),
      // An empty line holds a placeholder or a break.
      (line) => line.textContent,
    ).join('\n'),
  );
