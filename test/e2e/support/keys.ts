import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { isBeforeFocus, isFocused } from '../webview/support/inPage.ts';

// The actions of a user without a mouse. Nothing here clicks or sets the focus by script.

/** More stops than a panel has with every part open. */
const MOST_STOPS = 90;

/** Waits until an element has the focus. */
export async function focused(target: Locator): Promise<void> {
  await expect.poll(() => isFocused(target), { timeout: 30_000 }).toBe(true);
}

/** Moves the focus to an element with Tab or with Shift+Tab. @param key by default, from where the element stands */
export async function tabTo(page: Page, target: Locator, key?: 'Tab' | 'Shift+Tab'): Promise<void> {
  await target.waitFor();
  key ??= (await isBeforeFocus(target)) ? 'Shift+Tab' : 'Tab';
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await isFocused(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${String(target)}`);
}

/** Selects the text of the field or editor that has the focus. Not by Ctrl+A, which VS Code sends back into the page a moment later. */
export async function selectAll(page: Page): Promise<void> {
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+Shift+End');
}

/** Moves to an item of the open menu and chooses it. */
export async function chooseItem(page: Page, item: Locator): Promise<void> {
  await item.waitFor();
  for (let down = 0; down < 30 && !(await isFocused(item)); down++) await page.keyboard.press('ArrowDown');
  await focused(item);
  await page.keyboard.press('Enter');
}

/** Moves from the chosen tab or radio button, which has the focus, to another of its row. */
export async function arrowTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let right = 0; right < 10 && !(await isFocused(target)); right++)
    await page.keyboard.press('ArrowRight');
  await focused(target);
}
