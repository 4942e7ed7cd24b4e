// @ts-check
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from './browser.mjs';
import { output } from './folders.mjs';
import { startVscodeServer, windowAddress } from './vscodeServer.mjs';

/** Messages that each window logs because the server's native modules are not built and there is no gallery. */
const harmless = /bindings file|Release\/watchdog|additional builtin extensions/;

const CRASHED = 'the page crashed';

/** The VS Code server of the npm registry, with its window in a browser. @type {import('./testHost.mjs').TestHost} */
export async function runInServer({ version, extension, tests, folder, env, log, timeout }) {
  const server = await startVscodeServer({ version, env });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    /** @type {Promise<string>} */
    const exit = new Promise((done) => {
      void page.exposeFunction('codeAutomationExit', (/** @type {unknown} */ code) => done(`status ${code}`));
      page.once('crash', () => done(CRASHED));
      setTimeout(() => done(`not done after ${timeout / 1000} s`), timeout).unref();
    });
    await page.exposeFunction(
      'codeAutomationLog',
      (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
        const text = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
        if (text.startsWith('[test] ')) log(text);
        else if (!harmless.test(text)) log(`${type} ${text}`);
      },
    );
    await page.goto(windowAddress(server, { folder, extension, tests }));
    const how = await exit;
    if (how === CRASHED) return how;
    await mkdir(join(output, 'screenshots'), { recursive: true });
    await page.screenshot({ path: join(output, `screenshots/host-${version}.png`) });
    return `${how}; see .test-output/screenshots/host-${version}.png`;
  } finally {
    await browser.close();
    await server.dispose();
    log(server.log());
  }
}
