import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { openWindow, panelFrame, quickPickRow, runCommand } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

/** The key that ends a line without automatic text at the start of the next one. */
const NEXT_LINE = 'Enter';

/** A prompt as in a hostile file: VS Code renders links in the prompt of an input box. */
const HOSTILE_PROMPT = '{{$prompt [Click here](command:workbench.action.files.newUntitledFile) $(bug)}}';

let server: DemoServer;
let window: VscodeWindow;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow({
    settings: {
      'files.autoSave': 'off',
      // The editor inserts only the typed text; other tests check brackets and suggestions.
      'editor.autoClosingBrackets': 'never',
      'editor.autoClosingQuotes': 'never',
      'editor.acceptSuggestionOnEnter': 'off',
      'editor.codeLens': true,
    },
  });
  for (const [name, text] of Object.entries(filesOf(server.url)))
    await writeFile(join(window.workspace, name), text);
});
/** All files are written at once, because VS Code's search for files notices later ones only after a delay. */
function filesOf(url: string): Record<string, string> {
  const failing = ['### Failing', `WEBSOCKET ${url}/echo`, '', '{"op": "hello"}', '=== wait-for-server'];
  return {
    'first.ws': '',
    'failing.ws': [...failing, '# @expect $.op == "goodbye"', ''].join('\n'),
    'hostile.ws': `### Hostile\nWEBSOCKET ${url}/echo\n\n${HOSTILE_PROMPT}\n=== wait-for-server\n# @expect text == "typed"\n`,
    'environment.ws': `### Placed\nWEBSOCKET ${url}/{{place}}\n`,
    'http-client.env.json': '{"dev": {"place": "echo"}}',
  };
}

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(`failed-${task.name.slice(0, 20)}`);
});
afterAll(async () => {
  await window.dispose();
  await server.close();
});

const editor = (): Locator => window.page.locator('.editor-instance .monaco-editor').first();
const lens = (title: RegExp): Locator =>
  window.page.locator('.codelens-decoration a').filter({ hasText: title });

/** Opens a file of the workspace in the editor. */
async function openFile(name: string): Promise<void> {
  const { keyboard } = window.page;
  await keyboard.press('Control+P');
  const input = window.page.locator('.quick-input-widget:visible input.input');
  await input.fill(name);
  await quickPickRow(window.page, name).click();
  await window.page.locator('.tab.active').getByText(name, { exact: true }).first().waitFor();
  await editor().locator('.view-lines').click();
}

async function type(lines: readonly string[]): Promise<void> {
  const { keyboard } = window.page;
  for (const [index, line] of lines.entries()) {
    if (index > 0) await keyboard.press(NEXT_LINE);
    await keyboard.type(line, { delay: 5 });
    // An open suggestion would take the next key.
    await keyboard.press('Escape');
  }
}

describe('a request file', () => {
  test('is written from scratch with completion, and its run passes', async () => {
    const { page } = window;
    await openFile('first.ws');
    await type(['### First', `WEBSOCKET ${server.url}/echo`, '', '{"op": "hello"}', '=== wait-for-server']);
    await page.keyboard.press(NEXT_LINE);
    await page.keyboard.type('# @wi', { delay: 40 });
    const proposals = page.locator('.suggest-widget.visible');
    await proposals.getByText('within', { exact: true }).first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('5s');
    await page.keyboard.press('Escape');
    await page.keyboard.press(NEXT_LINE);
    await type(['# @expect $.op == "hello"']);
    await page.keyboard.press('Control+S');
    const saved = () => readFile(join(window.workspace, 'first.ws'), 'utf8');
    await expect.poll(saved).toContain('# @within 5s');

    await lens(/\bRun$/).click();
    await lens(/Message #2/).waitFor();
    await expect.poll(async () => editor().locator('.view-lines').innerText()).toContain('hello');
    await window.screenshot('request-file-passed');

    await lens(/Message #2/).click();
    const panel = panelFrame(page);
    await panel.getByText('{"op": "hello"}').first().waitFor();
    await window.screenshot('request-file-and-message');
  });

  test('shows a failure at its place', async () => {
    await openFile('failing.ws');
    await lens(/\bRun$/).click();
    await lens(/Message #2/).waitFor();
    // As after a run of the Test Explorer: its message at the line, its mark in the gutter.
    await editor()
      .getByText(/expected .*goodbye.*got .*hello/)
      .first()
      .waitFor();
    await editor().locator('.codicon-testing-failed-icon').first().waitFor();
    await window.screenshot('request-file-failed');
  });

  test('is a test: the Test Explorer runs it and shows the failure', async () => {
    const { page } = window;
    await runCommand(page, 'Testing: Focus on Test Explorer View');
    const item = (name: RegExp): Locator =>
      page.locator('.test-explorer .monaco-list-row').filter({ hasText: name });
    await item(/failing\.ws/).waitFor();
    await item(/failing\.ws/).click();
    await page.keyboard.press('ArrowRight');
    await item(/Failing/).waitFor();
    await item(/failing\.ws/).hover();
    await item(/failing\.ws/)
      .getByRole('button', { name: /^Run Test/ })
      .click();
    await item(/Failing/)
      .locator('.codicon-testing-failed-icon')
      .waitFor();
    await window.screenshot('test-explorer');
  });

  test('asks its questions as plain text', async () => {
    const { page } = window;
    await openFile('hostile.ws');
    const tabs = await page.locator('.tab').count();
    await lens(/\bRun$/).click();
    const box = page.locator('.quick-input-widget:visible');
    const question = box.getByText('Click here').first();
    await question.waitFor();
    expect(await box.innerText()).toMatch(/\[Click here\].?\(command:workbench\.action/);
    expect(await box.locator('.quick-input-message a, .codicon-bug').count()).toBe(0);
    await question.click();
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await lens(/Message #2/).waitFor();
    expect(await page.locator('.tab').count()).toBe(tabs);
  });

  test('becomes a program: opened unsaved, copied, or written to a file', async () => {
    const { page } = window;
    await openFile('failing.ws');
    const choose = async (...labels: readonly string[]): Promise<void> => {
      await runCommand(page, 'WebSocket: Generate Code…');
      for (const label of labels) await quickPickRow(page, label).click();
    };
    await choose('Python (websockets)', 'Copy to the Clipboard');
    await page.locator('.statusbar-item').filter({ hasText: 'Copied Python (websockets)' }).waitFor();
    await choose('Python (websockets)', 'Write to a File…');
    const target = join(window.workspace, 'written.py');
    const dialog = page.locator('.quick-input-widget:visible input.input');
    await expect.poll(() => dialog.inputValue()).toContain('client.py');
    await dialog.fill(target);
    await page.keyboard.press('Enter');
    await expect.poll(() => readFile(target, 'utf8').catch(() => '')).toContain('import websockets');
    await choose('Python (websockets)', 'Open as an Unsaved Document');
    await page
      .locator('.tab.active')
      .getByText(/^Untitled-\d/)
      .first()
      .waitFor();
    await expect.poll(() => editor().locator('.view-lines').innerText()).toContain('websockets');
    await window.screenshot('generated-code');
  });

  test('takes its environment from the status bar', async () => {
    const { page } = window;
    await openFile('environment.ws');
    await window.page.locator('.codelens-decoration').getByText('Not runnable').waitFor();
    await page.locator('.statusbar-item').filter({ hasText: 'No Environment' }).click();
    await quickPickRow(page, 'dev').click();
    await page
      .locator('.statusbar-item')
      .filter({ hasText: /^dev$|\bdev$/ })
      .first()
      .waitFor();
    await lens(/\bRun$/).click();
    await expect
      .poll(() => page.locator('.codelens-decoration a').allInnerTexts())
      .not.toContain('Running: cancel');
    await window.screenshot('request-file-environment');
  });
});
