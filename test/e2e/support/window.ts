import type { FrameLocator, Locator, Page } from 'playwright-core';
import { join } from 'node:path';
import { launchBrowser } from '../../../scripts/lib/browser.mjs';
import { output, root } from '../../../scripts/lib/folders.mjs';
import type { VscodeVersion } from '../../../scripts/lib/vscodes.mjs';
import { startVscodeServer, windowAddress } from '../../../scripts/lib/vscodeServer.mjs';
import { copyWorkspace } from '../../../scripts/lib/workspace.mjs';

export interface WindowOptions {
  /** Default: the current one. */
  readonly version?: VscodeVersion;
  /** Folder to open, as it is; null: none. Default: a fresh copy of test/fixtures/workspace. */
  readonly workspace?: string | null;
  /** User settings, on top of those that keep the window calm. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False: the window opens in Restricted Mode. Default: true. */
  readonly trust?: boolean;
  /**
   * Folder of the extension, installed there by a link, or a .vsix, installed as a user does. Default: this repository,
   * so dist/ must be built.
   */
  readonly extension?: string;
}

export interface VscodeWindow {
  readonly page: Page;
  /** Path of the folder that is open, empty where there is none. */
  readonly workspace: string;
  /** Folder in which the extension is installed. */
  readonly extension: string;
  /** Folder where VS Code keeps what extensions store. */
  readonly storage: string;
  /**
   * Opens another window on the same folder, of the same user, with an extension host of its own. It is in another
   * browser, so to say: in one, this VS Code sometimes shows the webviews of the second window only.
   */
  another(): Promise<Page>;
  /** Saves what the window shows as .test-output/screenshots/<name>.png and returns that path. */
  screenshot(name: string): Promise<string>;
  /** Ends browser and server and removes what the window left on the disk. */
  dispose(): Promise<void>;
}

/** Opens a real VS Code with the extension in a headless browser; it resolves when the window takes commands. */
export async function openWindow(options: WindowOptions = {}): Promise<VscodeWindow> {
  const { version = '1.139', settings = {}, trust = true, extension = root } = options;
  const disposals: (() => Promise<void>)[] = [];
  const dispose = async () => {
    for (const step of disposals.splice(0).reverse()) await step();
  };
  try {
    let folder = options.workspace ?? undefined;
    if (options.workspace === undefined) {
      const copy = await copyWorkspace();
      disposals.push(copy.remove);
      folder = copy.folder;
    }
    const server = await startVscodeServer({ version, settings, trust, extension });
    disposals.push(server.dispose);
    const browser = await launchBrowser();
    disposals.push(() => browser.close());
    const another = async () => {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      await page.goto(windowAddress(server, folder === undefined ? {} : { folder }));
      await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
      return page;
    };
    const page = await another();
    return {
      page,
      workspace: folder ?? '',
      extension: server.extension!,
      storage: join(server.data, 'data/User'),
      another,
      dispose,
      async screenshot(name) {
        const path = join(output, 'screenshots', `${name}.png`);
        await page.screenshot({ path, animations: 'disabled' });
        return path;
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * Runs a command through the command palette by keys, by its title as the palette shows it, for example
 * `WebSocket: Connect…`. A title that is not there after `timeout` ms is an error: the palette is filled only once the
 * extensions are known.
 */
export async function runCommand(page: Page, title: string, timeout = 60_000): Promise<void> {
  for (const until = Date.now() + timeout; ;) {
    await page.keyboard.press('F1');
    const isRun = await enterCommand(page, title).catch(() => false);
    if (isRun) return;
    await page.keyboard.press('Escape');
    if (Date.now() > until) throw new Error(`The command palette does not offer "${title}"`);
  }
}

/** Whether the command was chosen: something that opens in the window meanwhile may take the palette away. */
async function enterCommand(page: Page, title: string): Promise<boolean> {
  // A webview that still loads passes no keys on.
  await page.locator('.quick-input-widget:visible input.input:focus').waitFor({ timeout: 3_000 });
  await page.keyboard.insertText(title);
  const row = quickPickRow(page, title);
  await row.waitFor({ timeout: 4_000 });
  // Commands that were used before come first.
  for (let down = 0; down < 5; down++) {
    const isReached = await row
      .and(page.locator('.focused'))
      .waitFor({ timeout: 1_000 })
      .then(
        () => true,
        () => false,
      );
    if (isReached) {
      await page.keyboard.press('Enter');
      return true;
    }
    await page.keyboard.press('ArrowDown');
  }
  return false;
}

/** Connects by the palette. @param command title of the command, without its category */
export async function connectTo(page: Page, url: string, command = 'Connect…'): Promise<void> {
  await typeUrl(page, url, command);
  await page.keyboard.press('Enter');
}

/** Types a URL into the palette's question and leaves it there. */
export async function typeUrl(page: Page, url: string, command = 'Connect…'): Promise<void> {
  await runCommand(page, `WebSocket: ${command}`);
  await page.locator('.quick-input-title').getByText('Connect to WebSocket').waitFor();
  await page.keyboard.type(url);
}

/** The row of an open quick pick whose label is exactly `label`. */
export function quickPickRow(page: Page, label: string): Locator {
  return page
    .locator('.quick-input-widget:visible .quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name').getByText(label, { exact: true }) })
    .first();
}

/** One of the views in the sidebar, by its title. */
export function view(page: Page, name: string): Locator {
  return page
    .locator('.sidebar .pane')
    .filter({ has: page.locator('.pane-header .title').getByText(name, { exact: true }) });
}

/** The page of the visible webview: VS Code puts it into an iframe within an iframe. */
export function panelFrame(page: Page): FrameLocator {
  return page
    .locator('iframe.webview.ready')
    .filter({ visible: true })
    .contentFrame()
    .frameLocator('#active-frame');
}
