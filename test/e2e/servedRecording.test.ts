import { afterEach, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import { connectTo, openWindow, panelFrame, quickPickRow, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// A recording is served from the sidebar by keyboard. Screenshot to be looked at: .test-output/screenshots/served-recording.png.

let window: VscodeWindow | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window?.screenshot('failed-served-recording');
  await window?.dispose();
  window = undefined;
});

test('serve a recording from the sidebar, connect to it, and see both panels', async () => {
  const demo = await startDemoServer({ port: 0 });
  window = await openWindow();
  const { page } = window;
  try {
    await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
    await connectTo(page, `${demo.url}/ticker`);
    await panelFrame(page).locator('duplex-timeline .row').nth(2).waitFor();

    await view(page, 'Sessions').locator('.monaco-list-row').filter({ hasText: '/ticker' }).first().waitFor();
    await view(page, 'Sessions').locator('.monaco-list').focus();
    // Below the group of open sessions.
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+F10');
    await page.locator('.monaco-menu').getByText('Serve This Recording').waitFor();
    const chosen = page
      .locator('.monaco-menu .action-item.focused')
      .filter({ hasText: 'Serve This Recording' });
    await expect
      .poll(async () => {
        if ((await chosen.count()) === 0) await page.keyboard.press('ArrowDown');
        return chosen.count();
      })
      .toBe(1);
    await page.keyboard.press('Enter');
    await quickPickRow(page, 'With the recorded pauses').waitFor();
    // It is proposed first.
    await page.keyboard.press('Enter');

    const server = view(page, 'Servers').locator('.monaco-list-row').filter({ hasText: 'Replay of' }).first();
    await server.waitFor();
    const url = /ws:\/\/127\.0\.0\.1:\d+\/ticker/.exec(await server.innerText())![0];
    await connectTo(page, url);
    await panelFrame(page).locator('duplex-timeline .row').nth(2).waitFor();
    const client = view(page, 'Servers').locator('.monaco-list-row').filter({ hasText: /[↓↑]/ }).first();
    await client.waitFor();
    await view(page, 'Servers').locator('.monaco-list').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    // The recorded session, the client of the replay and its server.
    await expect.poll(() => page.locator('.tab').filter({ hasText: '/ticker' }).count()).toBe(3);
    // Its rows go out.
    await panelFrame(page).locator('duplex-timeline .row').filter({ hasText: '"tick"' }).first().waitFor();
    await window.screenshot('served-recording');
  } finally {
    await demo.close();
  }
});
