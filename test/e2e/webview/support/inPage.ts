import type { Locator } from 'playwright-core';

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
