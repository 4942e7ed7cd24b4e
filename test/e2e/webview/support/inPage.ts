import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Runs in the page; the tests' own types know no DOM. */
export const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element: unknown) =>
    (element as { matches(selector: string): boolean }).matches(':focus'),
  );

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
