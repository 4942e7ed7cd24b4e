import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, ConsoleMessage, Page, Request } from 'playwright-core';
import { afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../../../../scripts/lib/browser.mjs';
import { output } from '../../../../scripts/lib/folders.mjs';
import { fakeHost } from './fakeHost.ts';
import type { FakeHost } from './fakeHost.ts';
import { startPageServer } from './pageServer.ts';
import { openPanelPage } from './panelPage.ts';
import type { PageOptions, PanelPage } from './panelPage.ts';

export interface PanelOptions extends PageOptions {
  /** Its page shows no other panel after it: for tests that leave a listener or a clock in the page. */
  readonly isLast?: boolean;
}

export interface OpenPanel {
  readonly page: Page;
  readonly host: FakeHost;
  /** The browser's complaints: errors, refused loads, violations of the policy. Expected to stay empty. */
  readonly complaints: string[];
  /** Loads the page, anew the second time. */
  load(): Promise<void>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * One Chromium and one server for all files, whose project shares its process (vitest.config.mjs). They end with it:
 * playwright-core ends its browsers.
 */
let started: Promise<{ readonly browser: Browser; readonly url: string }> | undefined;

async function start(): Promise<{ readonly browser: Browser; readonly url: string }> {
  const [browser, { url }] = await Promise.all([launchBrowser(), startPageServer()]);
  return { browser, url };
}

/** Pages without a panel. */
const idle: PanelPage[] = [];

/**
 * Panels for the tests of a file. A panel that a test leaves open is closed after it, and fails it where the browser
 * complained about anything. Later panels are shown in its page, unless the test failed.
 */
export function useBrowser(): { openPanel(options?: PanelOptions): Promise<OpenPanel> } {
  const open = new Set<OpenPanel>();
  beforeAll(async () => {
    started ??= start();
    await started;
  });
  afterEach(async ({ task }) => {
    const left = [...open];
    for (const panel of left) await panel.close();
    if (task.result?.state === 'fail') for (const panelPage of idle.splice(0)) await panelPage.close();
    expect(left.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  return {
    async openPanel({ isLast = false, ...options } = {}) {
      const { browser, url } = await started!;
      const panelPage = idle.pop() ?? (await openPanelPage(browser, url));
      await panelPage.prepare(options);
      const { host, complaints, detach } = show(panelPage);
      const panel: OpenPanel = {
        page: panelPage.page,
        host,
        complaints,
        load: () => panelPage.load(),
        screenshot: (name) => screenshot(panelPage.page, name),
        async close() {
          if (!open.delete(panel)) return;
          detach();
          if (isLast) return panelPage.close();
          await panelPage.clear();
          idle.push(panelPage);
        },
      };
      open.add(panel);
      return panel;
    },
  };
}

interface Shown {
  readonly host: FakeHost;
  readonly complaints: string[];
  /** Ends the connection between the page and the host. */
  readonly detach: () => void;
}

function show(panelPage: PanelPage): Shown {
  const { page } = panelPage;
  const complaints: string[] = [];
  const onError = (error: Error): unknown => complaints.push(String(error));
  const onConsole = (message: ConsoleMessage): void => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  };
  const onFailure = (request: Request): unknown => complaints.push(`not loaded: ${request.url()}`);
  page.on('pageerror', onError);
  page.on('console', onConsole);
  page.on('requestfailed', onFailure);
  const host = fakeHost(panelPage);
  return {
    host,
    complaints,
    detach() {
      host.dispose();
      page.off('pageerror', onError);
      page.off('console', onConsole);
      page.off('requestfailed', onFailure);
    },
  };
}

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(output, 'screenshots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
