import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../../../../scripts/lib/browser.mjs';
import { output } from '../../../../scripts/lib/folders.mjs';
import { fakeHost } from './fakeHost.ts';
import type { FakeHost } from './fakeHost.ts';
import { startPageServer } from './pageServer.ts';
import { THEME_CLASSES, THEMES } from './themes.ts';
import type { ThemeName } from './themes.ts';

export interface PanelOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

export interface OpenPanel {
  readonly page: Page;
  readonly host: FakeHost;
  /** What the browser complained about: errors, refused loads, breaches of the policy. Expected to stay empty. */
  readonly complaints: string[];
  /** Loads the page, anew the second time. */
  load(): Promise<void>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Chromium and a server for the tests of a file, started before the first. A panel that a test leaves open is closed after
 * it, and fails it where the browser complained about anything.
 */
export function useBrowser(): { openPanel(options?: PanelOptions): Promise<OpenPanel> } {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startPageServer>>;
  const open = new Set<OpenPanel>();
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startPageServer()]);
  });
  afterEach(async () => {
    const left = [...open];
    for (const panel of left) await panel.close();
    expect(left.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return {
    async openPanel(options) {
      const panel = await openPanel(browser, server.url, options);
      const tracked: OpenPanel = {
        ...panel,
        async close() {
          open.delete(tracked);
          await panel.close();
        },
      };
      open.add(tracked);
      return tracked;
    },
  };
}

async function openPanel(browser: Browser, url: string, options: PanelOptions = {}): Promise<OpenPanel> {
  const { theme = 'dark', width = 1200, height = 800, reducedMotion = true } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`));
  // What VS Code puts into every webview: the theme's variables and classes, and the styles of html and body.
  await page.addInitScript(`
    document.addEventListener('DOMContentLoaded', () => {
      for (const [name, value] of Object.entries(${JSON.stringify(THEMES[theme])}))
        document.documentElement.style.setProperty('--vscode-' + name, value);
      document.body.classList.add(...${JSON.stringify(THEME_CLASSES[theme])});
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(\`
        html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
        body { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground);
          font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }\`);
      document.adoptedStyleSheets.unshift(sheet);
    });
  `);
  const host = await fakeHost(page);
  return {
    page,
    host,
    complaints,
    async load() {
      await page.goto(url);
      await page.locator('duplex-header').waitFor();
    },
    async screenshot(name) {
      const folder = join(output, 'screenshots');
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    async close() {
      host.dispose();
      await context.close();
    },
  };
}
