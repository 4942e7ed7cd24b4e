import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { connectTo, openWindow, panelFrame, quickPickRow } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// Everything that VS Code stores of a session contains no secret: logs, recordings, states of views and windows.

const CANARIES = {
  userInfo: 'canary-user-1f0c',
  query: 'canary-query-2e1d',
  header: 'canary-header-3d2e',
  cookie: 'canary-cookie-4c3f',
  passphrase: 'canary-phrase-5b40',
  proxy: 'canary-proxy-6a51',
  typed: 'canary-typed-7962',
  environment: 'canary-env-8873',
} as const;

/** As they are, and as Basic credentials carry them. */
const FORBIDDEN = [
  ...Object.values(CANARIES),
  ...['userInfo', 'typed', 'proxy'].map((name) =>
    Buffer.from(`me:${CANARIES[name as keyof typeof CANARIES]}`).toString('base64'),
  ),
];

/** Maximum bytes of a file that is searched; larger files belong to VS Code. */
const MOST_BYTES = 32 * 1024 * 1024;

let server: DemoServer;
let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow({ settings: { 'editor.codeLens': true } });
  ({ page } = window);
  const host = new URL(server.url).host;
  const head = [
    `Authorization: Bearer ${CANARIES.header}`,
    `Cookie: sid=${CANARIES.cookie}`,
    'X-Api-Key: {{apiKey}}',
    '',
  ];
  const files = {
    'http-client.private.env.json': JSON.stringify({ dev: { apiKey: CANARIES.environment } }),
    'open.ws': [
      '### Opened',
      '# @env dev',
      `WEBSOCKET ws://me:${CANARIES.userInfo}@${host}/echo?token=${CANARIES.query}`,
      ...head,
      'hello',
    ].join('\n'),
    'refused.ws': [
      '### Refused',
      '# @env dev',
      // Not read for ws:, but asked for by a passphrase.
      '# @pfx ./client.p12',
      `# @passphrase ${CANARIES.passphrase}`,
      `WEBSOCKET ws://${host}/refuse?status=401&token=${CANARIES.query}`,
      ...head,
    ].join('\n'),
    'proxied.ws': [
      '### Proxied',
      `# @proxy http://me:${CANARIES.proxy}@127.0.0.1:1`,
      `WEBSOCKET ws://${host}/echo`,
    ].join('\n'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(window.workspace, name), text);
});
afterAll(async () => {
  await window.dispose();
  await server.close();
});

async function openFile(name: string): Promise<void> {
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input.input').fill(name);
  await quickPickRow(page, name).click();
  await page.locator('.tab.active').getByText(name, { exact: true }).first().waitFor();
}

const lens = (title: RegExp): Locator =>
  page.locator('.codelens-decoration a').filter({ hasText: title }).first();

async function connectFrom(file: string, state: string): Promise<void> {
  await openFile(file);
  await lens(/Connect$/).click();
  await panelFrame(page).locator('duplex-header').getByText(state, { exact: true }).waitFor();
}

/** Everything below a folder that is a file, as text, by its path. */
async function filesBelow(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir(folder, { recursive: true })) {
    // A link to this repository, and so to this file.
    if (name.startsWith('extensions')) continue;
    const path = join(folder, name);
    const about = await stat(path).catch(() => undefined);
    if (about?.isFile() && about.size <= MOST_BYTES) found.set(name, await readFile(path, 'latin1'));
  }
  return found;
}

/** Collects the window's storage in the browser, where a served VS Code keeps its state. Runs in the page. */
const BROWSER_STORAGE = `(async () => {
  const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const values = await done(database.transaction(store).objectStore(store).getAll());
      const text = (value) => value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
      kept.push(name + '/' + store + ' ' + JSON.stringify(values.map(text)));
    }
    database.close();
  }
  return kept;
})()`;

const secretsIn = (text: string): string[] => FORBIDDEN.filter((secret) => text.includes(secret));

test('no secret is in anything that VS Code keeps, before and after a reload', async () => {
  await connectTo(
    page,
    `${server.url.replace('://', `://me:${CANARIES.typed}@`)}/echo?token=${CANARIES.query}`,
  );
  const panel = panelFrame(page);
  await panel.locator('duplex-header').getByText('Open', { exact: true }).waitFor();
  // A page that reveals secrets knows them, but must not leave them behind.
  await panel.getByRole('button', { name: 'Handshake', exact: true }).click();
  await panel.getByRole('tab', { name: 'Request and Response' }).click();
  await panel.getByRole('button', { name: /^Reveal/ }).click();
  await panel
    .getByText(Buffer.from(`me:${CANARIES.typed}`).toString('base64'))
    .first()
    .waitFor();

  await connectFrom('open.ws', 'Open');
  await connectFrom('refused.ws', 'Failed');
  await connectFrom('proxied.ws', 'Failed');

  await page.reload();
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
  await page.locator('.tab').filter({ hasText: '/echo' }).first().waitFor({ timeout: 60_000 });

  const kept = await filesBelow(join(window.storage, '..', '..'));
  const names = [...kept.keys()];
  // Each session's recording is among the files, which shows that the search covers them.
  expect(names.filter((name) => name.endsWith('index.bin')).length).toBeGreaterThanOrEqual(4);
  const found = [...kept].flatMap(([name, text]) => secretsIn(text).map((secret) => `${name}: ${secret}`));
  for (const text of await page.evaluate<string[]>(BROWSER_STORAGE))
    found.push(...secretsIn(text).map((secret) => `${text.slice(0, 60)}: ${secret}`));
  expect(found).toEqual([]);
});
