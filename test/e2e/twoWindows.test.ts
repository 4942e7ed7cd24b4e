import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { describeRecording } from '../../src/engine/recordings.ts';
import type { RecordingDescription } from '../../src/engine/recordings.ts';
import { output } from '../../scripts/lib/folders.mjs';
import { connectTo, openWindow, panelFrame, view } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// Two windows of one user: two extension hosts that share what is stored.

let server: DemoServer;
let window: VscodeWindow;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
});
afterEach(() => window.dispose());
afterAll(() => server.close());

/** Connects to a ticker with a name of its own. */
async function connect(page: Page, name: string): Promise<void> {
  await connectTo(page, `${server.url}/ticker?rate=20&name=${name}`);
  await panelFrame(page).locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  await page.locator('.activitybar').getByRole('tab', { name: 'WebSocket' }).click();
}

/** The rows of sessions: they lie below those of their groups. */
function sessions(page: Page): Locator {
  return view(page, 'Sessions').locator('.monaco-list-row[aria-level="2"]');
}

/** The recording of the ticker of that name, wherever VS Code has its extensions store. */
async function recordingOf(name: string): Promise<RecordingDescription> {
  const files = await readdir(window.storage, { recursive: true });
  for (const file of files.filter((each) => each.endsWith('session.json'))) {
    const found = await describeRecording(join(window.storage, file, '..'));
    if (found.manifest.url.endsWith(`name=${name}`)) return found;
  }
  throw new Error(`There is no recording of ${name} among ${files.join(', ')}`);
}

/** Waits until the recording has more rows than it had. */
async function grows(name: string): Promise<void> {
  const { rows } = await recordingOf(name);
  await expect
    .poll(async () => (await recordingOf(name)).rows, { timeout: 10_000 })
    .toBeGreaterThan(rows + 5);
}

/** The compiled code of the extension as a file, which a window keeps after its start. */
async function compiledCode(): Promise<{ name: string; ino: number; mtimeMs: number }> {
  const folder = join(window.storage, 'globalStorage/duplex.duplex/compile-cache');
  let files: readonly string[] = [];
  await expect
    .poll(async () => (files = await readdir(folder).catch(() => [])), { timeout: 30_000 })
    .toEqual([expect.stringMatching(/^extension-window-v.*\.bin$/)]);
  const { ino, mtimeMs } = await stat(join(folder, files[0]!));
  return { name: files[0]!, ino, mtimeMs };
}

describe('two windows', () => {
  test('on one folder have their own sessions, recordings and ends', async () => {
    window = await openWindow();
    const other = await window.another();
    await connect(window.page, 'mine');
    await connect(other, 'theirs');
    for (const [page, name] of [
      [window.page, 'mine'],
      [other, 'theirs'],
    ] as const) {
      await sessions(page).getByText(/↓ \d+/).waitFor();
      await expect.poll(() => sessions(page).count()).toBe(1);
      await panelFrame(page).locator('duplex-header').getByTitle(`name=${name}`).waitFor();
      await grows(name);
    }
    const [mine, theirs] = [await recordingOf('mine'), await recordingOf('theirs')];
    expect(mine.folder).not.toBe(theirs.folder);
    expect(mine.writer).toBeDefined();
    expect(theirs.writer).toBeDefined();
    expect(mine.writer).not.toBe(theirs.writer);

    await other.close({ runBeforeUnload: true });
    await expect.poll(async () => (await recordingOf('theirs')).writer, { timeout: 20_000 }).toBeUndefined();
    expect((await recordingOf('theirs')).rows).toBeGreaterThanOrEqual(theirs.rows);
    expect((await recordingOf('mine')).writer).toBe(mine.writer);
    await grows('mine');
    await panelFrame(window.page).locator('duplex-header').getByText('Open', { exact: true }).waitFor();
    await expect.poll(() => sessions(window.page).count()).toBe(1);
  });

  test('that share their recordings do not delete a recording of the other one', async () => {
    window = await openWindow({ workspace: null });
    await connect(window.page, 'theirs');
    const theirs = await recordingOf('theirs');
    // The command itself, as a keybinding may call it.
    const binding = { key: 'f8', command: 'duplex.deleteRecording', args: theirs.folder };
    await writeFile(join(window.storage, 'keybindings.json'), JSON.stringify([binding]));
    const kept = await compiledCode();

    // It starts with the compiled code that the first one kept.
    const page = await window.another();
    await connect(page, 'mine');
    expect(await compiledCode()).toEqual(kept);
    expect(join(theirs.folder, '..')).toBe(join((await recordingOf('mine')).folder, '..'));
    const header = view(page, 'Recordings').locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    const row = view(page, 'Recordings').locator('.monaco-list-row').filter({ hasText: 'ticker' });
    await row.hover();
    await row.getByRole('button', { name: 'Reveal Recording' }).waitFor();
    await expect.poll(() => row.count()).toBe(1);
    await expect.poll(() => row.getByRole('button', { name: /Delete/ }).count()).toBe(0);
    await page.screenshot({ path: join(output, 'screenshots/two-windows.png') });

    const refusal = page.locator('.notification-toast').filter({ hasText: 'is being recorded by another' });
    const question = page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' });
    await page.keyboard.press('F8');
    await question.click();
    await refusal.waitFor();
    await grows('theirs');
    expect((await recordingOf('theirs')).writer).toBe(theirs.writer);
  });
});
