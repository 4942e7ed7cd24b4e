import type { Browser, Page } from 'playwright-core';
import type { ThemeName } from './themes.ts';
import { THEME_CLASSES, THEMES } from './themes.ts';

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

/** A page of the browser that shows one panel after another: opening a page costs three times as much as loading it. */
export interface PanelPage {
  readonly page: Page;
  /** Takes what the panel posts to its host. */
  receive: (message: unknown) => void;
  /** Readies it for a panel. */
  prepare(options: PageOptions): Promise<void>;
  /** Loads the panel. */
  load(): Promise<void>;
  /** Removes the panel and what it stored. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** @param url of the server of the panel's page */
export async function openPanelPage(browser: Browser, url: string): Promise<PanelPage> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  // Messages cross as JSON, as they do between VS Code's host and a webview.
  await page.exposeFunction('duplexToHost', (message: string) => panelPage.receive(JSON.parse(message)));
  // VS Code adds these to every webview: its API, the theme's variables and classes, and the styles of html and body.
  await page.addInitScript(`
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.duplexToHost(JSON.stringify(message)),
      getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
    });
    document.addEventListener('DOMContentLoaded', () => {
      const theme = new URLSearchParams(location.search).get('theme');
      if (!theme) return;
      for (const [name, value] of Object.entries(${JSON.stringify(THEMES)}[theme]))
        document.documentElement.style.setProperty('--vscode-' + name, value);
      document.body.classList.add(...${JSON.stringify(THEME_CLASSES)}[theme]);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(\`
        html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
        body { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground);
          font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }\`);
      document.adoptedStyleSheets.unshift(sheet);
    });
  `);
  let theme: ThemeName = 'dark';
  const panelPage: PanelPage = {
    page,
    receive: () => undefined,
    async prepare(options) {
      const { width = 1200, height = 800, reducedMotion = true } = options;
      theme = options.theme ?? 'dark';
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
    },
    async load() {
      await page.goto(`${url}?theme=${theme}`);
      await page.locator('duplex-header').waitFor();
    },
    async clear() {
      await page.goto(`${url}blank`);
      await page.evaluate('sessionStorage.clear()');
      await context.clearPermissions();
    },
    close: () => context.close(),
  };
  return panelPage;
}
