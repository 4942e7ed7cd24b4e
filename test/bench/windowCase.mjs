// @ts-check
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/folders.mjs';
import { startVscodeServer, windowAddress } from '../../scripts/lib/vscodeServer.mjs';
import { copyWorkspace } from '../../scripts/lib/workspace.mjs';
import { touchMemory } from './processes.mjs';
import { startKeyTiming, startWatching, stopWatching } from './pageProbe.mjs';
import { percentile } from './results.mjs';

/** Messages a second, and how many seconds of them are measured. */
const RATE = 50_000;
const SECONDS = 10;

/** Starts of the extension, each by a reload of the window. */
const STARTS = 5;

/** Bytes of memory that a reload of the window uses. */
const START_MEMORY = 512 * 1024 * 1024;

/** Keys that are typed into a text editor of the same window meanwhile, and the milliseconds between two. */
const KEYS = 150;
const KEY_PAUSE = 60;

/**
 * Measures the extension in a real VS Code window while messages arrive and keys are typed.
 * @param {import('./results.mjs').Context} context @returns {Promise<import('./results.mjs').Result[]>}
 */
export async function window(context) {
  const { folder, url } = context;
  const probe = probedExtension(join(folder, 'probe'));
  const workspace = await copyWorkspace();
  const server = await startVscodeServer({
    version: '1.139',
    extension: probe,
    settings: { 'duplex.connection.deflate': false },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    await page.goto(
      windowAddress(server, { folder: workspace.folder, file: join(workspace.folder, 'echo.ws') }),
    );
    await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
    await command(page, 'View: Split Editor Right');
    await connect(page, `${url}/ticker?rate=${RATE}`);
    const panel = await panelPage(page);
    // Skips the first rows, which load code and grow the heap.
    await delay(3_000);
    const before = await shownRows(panel);

    await page.evaluate(startKeyTiming);
    await panel.evaluate(startWatching);
    await page.locator('.editor-group-container').first().locator('.view-lines').click();
    await page.keyboard.press('Control+End');
    writeFileSync(join(probe, 'measure'), '');
    const started = performance.now();
    for (let key = 0; key < KEYS; key++) {
      await page.keyboard.press('abcdefghij '[key % 11] ?? 'x');
      await delay(KEY_PAUSE);
    }
    await delay(Math.max(0, SECONDS * 1000 - (performance.now() - started)));
    rmSync(join(probe, 'measure'));
    const watched = /** @type {Watched} */ (await panel.evaluate(stopWatching));
    const keys = /** @type {number[]} */ (await page.evaluate('window.keyTimes'));
    const rate = ((await shownRows(panel)) - before) / ((performance.now() - started) / 1000);
    const loop = /** @type {{ p50: number; p99: number; max: number }} */ (await written(probe, 'loop.json'));
    const first = /** @type {number} */ (await written(probe, 'activation.json'));
    /** @type {number[]} */
    const later = [];
    for (let start = 0; start < STARTS; start++) {
      rmSync(join(probe, 'activation.json'));
      await touchMemory(context, START_MEMORY);
      await page.reload();
      later.push(/** @type {number} */ (await written(probe, 'activation.json')));
      // Waits until the window has settled, because the old window writes to disk while the next one starts.
      await delay(2_000);
    }
    return results({ watched, keys, rate, loop, activation: { first, later } });
  } finally {
    await browser.close();
    await server.dispose();
    await workspace.remove();
  }
}

/** A copy of the extension with hostProbe.mjs in front of its bundle. @param {string} folder @returns {string} */
function probedExtension(folder) {
  mkdirSync(folder);
  for (const name of ['dist', 'l10n', 'media', 'package.nls.json', 'package.nls.zh-cn.json']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  cpSync(new URL('hostProbe.mjs', import.meta.url), join(folder, 'hostProbe.mjs'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, main: './hostProbe.mjs' }));
  return folder;
}

/** @typedef {{ tasks: number[]; rows: number; ages: number[]; shown: number }} Watched */
/**
 * @param {{ watched: Watched; keys: number[]; rate: number; loop: { p50: number; p99: number; max: number };
 *   activation: { first: number; later: number[] } }} measured in milliseconds
 * @returns {import('./results.mjs').Result[]}
 */
function results({ watched, keys, rate, loop, activation }) {
  const longest = Math.max(0, ...watched.tasks);
  const [age50, age95] = [percentile(watched.ages, 0.5), percentile(watched.ages, 0.95)];
  const oldest = Math.max(0, ...watched.ages);
  const later = percentile(activation.later, 0.5);
  // The browser reports only keys that take 16 ms or more; the others were faster.
  const slow = [...keys, ...new Array(Math.max(0, KEYS - keys.length)).fill(16)];
  const arrived = `${Math.round(rate / 1000)} k messages/s arrived`;
  const enough = rate > 0.8 * RATE;
  return [
    {
      what: `longest task of the panel's page, ${RATE / 1000} k messages/s`,
      budget: 'none over 100 ms',
      measured: longest === 0 ? 'none over 50 ms' : `${Math.round(longest)} ms`,
      met: longest <= 100 && enough,
      how: `${watched.tasks.length} tasks over 50 ms in ${SECONDS} s; ${arrived}`,
      raw: watched.tasks,
    },
    {
      what: 'rows in the DOM meanwhile',
      budget: '≤ 300',
      measured: String(watched.rows),
      met: watched.rows <= 300 && watched.rows > 0,
      how: `${watched.shown} times others were shown`,
      raw: watched.rows,
    },
    {
      what: 'a message shown, from when it was sent',
      budget: '≤ 250 ms',
      measured: `${Math.round(age95)} ms`,
      met: age95 <= 250 && watched.ages.length > 0,
      how: `95th percentile of the newest row; median ${Math.round(age50)} ms, longest ${Math.round(oldest)} ms`,
      raw: watched.ages,
    },
    {
      what: "stall of the extension host's event loop meanwhile, while somebody types",
      budget: 'p99 ≤ 20 ms',
      measured: `${loop.p99.toFixed(1)} ms`,
      met: loop.p99 <= 20 && enough,
      how: `median ${loop.p50.toFixed(1)} ms, longest ${loop.max.toFixed(1)} ms`,
      raw: loop,
    },
    {
      what: 'a key in a text editor of that window, until it is painted',
      budget: 'none',
      measured: `${Math.round(percentile(slow, 0.95))} ms`,
      met: true,
      how: `95th percentile of ${KEYS} keys, as the browser rounds it; longest ${Math.round(Math.max(...slow))} ms`,
      raw: keys,
    },
    {
      what: 'activation: loading the bundle and `activate()`',
      budget: '≤ 35 ms',
      measured: `${Math.round(later)} ms`,
      met: later <= 35,
      how: `in the extension host; median of ${STARTS} starts, slowest ${Math.round(Math.max(...activation.later))} ms; ${Math.round(activation.first)} ms at the first start after an installation, which keeps the compiled code`,
      raw: activation,
    },
  ];
}

/** @param {import('playwright-core').Page} page @param {string} title */
async function command(page, title) {
  const row = page
    .locator('.quick-input-widget:visible .quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name').getByText(title, { exact: true }) })
    .first();
  for (let tries = 0; ; tries++) {
    await page.keyboard.press('F1');
    const isDone = await page
      .locator('.quick-input-widget:visible input.input')
      // A window that still starts may close the palette again.
      .fill(`>${title}`, { timeout: 4_000 })
      .then(() => row.click({ timeout: 4_000 }))
      .then(
        () => true,
        () => false,
      );
    if (isDone) return;
    await page.keyboard.press('Escape');
    if (tries === 15) throw new Error(`The command palette does not offer "${title}".`);
  }
}

/** @param {import('playwright-core').Page} page @param {string} url */
async function connect(page, url) {
  await command(page, 'WebSocket: Connect…');
  await page.locator('.quick-input-title').getByText('Connect to WebSocket').waitFor();
  await page.keyboard.type(url);
  await page.keyboard.press('Enter');
}

/** The page of the visible webview: an iframe within an iframe. @param {import('playwright-core').Page} page */
async function panelPage(page) {
  const inner = page
    .locator('iframe.webview.ready')
    .filter({ visible: true })
    .contentFrame()
    .locator('#active-frame');
  await inner.contentFrame().locator('duplex-timeline .row').first().waitFor();
  const frame = await (await inner.elementHandle())?.contentFrame();
  if (!frame) throw new Error('The panel has no page.');
  return frame;
}

/** @param {import('playwright-core').Frame} panel */
async function shownRows(panel) {
  const text = (await panel.locator('duplex-toolbar .rows').textContent()) ?? '';
  return Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', ''));
}

/** @param {string} probe @param {string} name @returns {Promise<unknown>} */
async function written(probe, name) {
  const file = join(probe, name);
  for (let tries = 0; !existsSync(file); tries++) {
    if (tries === 100) throw new Error(`The extension host did not write ${name}.`);
    await delay(100);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}
