// @ts-check
import { chromium } from 'playwright-core';
import { ensureChromium } from './chromium.mjs';

/**
 * A headless Chromium without background traffic.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  return chromium.launch({
    executablePath: await ensureChromium(),
    args: [
      // Needed as root and in containers; it only opens our own VS Code.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
