import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import type { DemoServer } from '../../src/demo/demoServer.ts';
import { makeCertificate } from '../support/certificates.ts';
import { fallibleServer } from '../support/fallibleServer.ts';
import { rawServer, switching } from '../support/rawServer.ts';
import { axeFindings } from './support/axe.ts';
import { connectTo, openWindow, panelFrame, runCommand } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// How a session connects, why it does not, and what the panel does about it, over real sockets in one window.

let server: DemoServer;
let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  server = await startDemoServer({ port: 0 });
  window = await openWindow();
  page = window.page;
});
afterAll(async () => {
  await window?.dispose();
  await server.close();
});

const header = (): Locator => panelFrame(page).locator('duplex-header');
const doctor = (): Locator => panelFrame(page).locator('duplex-doctor');
const handshake = (): Locator => panelFrame(page).locator('duplex-handshake');
const button = (name: string): Locator => panelFrame(page).getByRole('button', { name, exact: true });

async function connect(url: string): Promise<FrameLocator> {
  // Closes the panel of the previous session, so that a test does not read it.
  await runCommand(page, 'View: Close All Editor Groups');
  await page.locator('iframe.webview').first().waitFor({ state: 'detached' });
  await connectTo(page, url);
  await header().waitFor();
  return panelFrame(page);
}

const isOpen = (): Promise<void> => header().getByText('Open', { exact: true }).waitFor();

test('a refused handshake shows its cause, with status, headers and body as evidence', async () => {
  await connect(`${server.url}/refuse?status=401&body=Log%20in%20first`);
  await doctor().getByRole('alert').getByText(/401/).waitFor();
  await doctor().getByText('HTTP 401', { exact: true }).waitFor();
  await doctor().getByText('Bearer realm="duplex demo"').first().waitFor();
  await doctor().getByText('Body, 12 B').click();
  await expect.poll(() => doctor().getByLabel('Body, 12 B').textContent()).toBe('Log in first');
  const findings = await axeFindings(await frameOf(page));
  expect(findings).toEqual([]);
});

test('a fix that asks for a missing value connects with it', async () => {
  const asked: string[] = [];
  const { url } = await rawServer((socket, request) => {
    const authorization = /^Authorization: (.*)$/im.exec(request)?.[1]?.trim() ?? '';
    asked.push(authorization);
    if (authorization === '') socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
    else socket.write(switching(request));
  });
  await connect(url);
  await doctor().getByText('Send an Authorization header').click();
  await page.locator('.quick-input-title').getByText('Authorization Header').waitFor();
  await page.keyboard.type('Bearer canary-of-the-fix');
  await page.keyboard.press('Enter');
  await isOpen();
  await doctor().waitFor({ state: 'detached' });
  expect(asked).toEqual(['', 'Bearer canary-of-the-fix']);
});

test('a button offers a subprotocol that was not offered', async () => {
  const { url } = await rawServer((socket, request) => {
    socket.write(switching(request, 'Sec-WebSocket-Protocol: v2.json'));
  });
  await connect(url);
  await doctor().getByText('v2.json', { exact: true }).first().waitFor();
  await doctor().getByText('Offer the subprotocol v2.json').click();
  await isOpen();
  await header().locator('.subprotocol').getByText('v2.json').waitFor();
});

test('verification is switched off only after a question, and the panel shows it', async () => {
  const authority = makeCertificate({ name: 'Test Root', isAuthority: true });
  const certificate = makeCertificate({ name: '127.0.0.1', issuer: authority, hosts: ['127.0.0.1'] });
  const secure = createServer(certificate).listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const sockets = new WebSocketServer({ server: secure });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    secure.close();
    secure.closeAllConnections();
  });
  await connect(`wss://127.0.0.1:${(secure.address() as AddressInfo).port}/`);
  await doctor().getByText('tls.untrusted').waitFor();
  const fix = doctor().getByText('Connect without verifying the certificate');
  await fix.click();
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByText('Any certificate is then accepted').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await doctor().getByText('tls.untrusted').waitFor();
  await fix.click();
  await dialog.getByRole('button', { name: 'Connect without verifying the certificate' }).click();
  await isOpen();
  await header()
    .locator('.warning')
    .getByText(/not verified/)
    .waitFor();
  await button('Handshake').click();
  await handshake().getByRole('tab', { name: 'TLS' }).click();
  await handshake().getByText('CN=127.0.0.1').first().waitFor();
});

test('the handshake is shown byte for byte, with secrets only after they are revealed', async () => {
  const url = `${server.url}/echo`.replace('//', '//me:canary-password@');
  const basic = Buffer.from('me:canary-password').toString('base64');
  await connect(url);
  await isOpen();
  await expect.poll(() => header().textContent()).not.toContain('canary');
  await button('Handshake').click();
  await handshake().getByText('101 Switching Protocols').waitFor();
  await handshake().getByRole('tab', { name: 'Request and Response' }).click();
  const request = handshake().getByLabel('Request', { exact: true });
  await request.waitFor();
  await expect
    .poll(() => request.textContent())
    .toMatch(/^GET \/echo HTTP\/1\.1\n[^]*\nAuthorization: Basic ••••/);
  await button('Reveal Secrets').click();
  await handshake().getByText('Secrets are shown.').waitFor();
  await expect.poll(() => request.textContent()).toContain(`Authorization: Basic ${basic}`);
  await button('Hide Secrets').click();
  await handshake().getByText('Secrets are masked.').waitFor();
  await expect.poll(() => request.textContent()).not.toContain(basic);
  await window.screenshot('session-handshake');
});

test('the frames of a message are shown on request', async () => {
  const panel = await connect(`${server.url}/echo`);
  await isOpen();
  await panel.locator('#row-0').waitFor();
  await panel.locator('duplex-composer .cm-content').fill('{"op":"first"}');
  await page.keyboard.press('Control+Enter');
  await panel.locator('#row-2').click();
  await panel.getByRole('tab', { name: 'Frames' }).click();
  await button('Reconnect With Frame Details').click();
  await panel.locator('duplex-timeline').getByText('101').nth(1).waitFor();
  await isOpen();
  await panel.locator('duplex-composer .cm-content').fill('{"op":"second"}');
  await page.keyboard.press('Control+Enter');
  const sent = panel.locator('duplex-timeline .row').filter({ hasText: '"second"' });
  await sent.nth(1).waitFor();
  const cells = panel.locator('duplex-frames .rows [role=cell]');
  await sent.first().click();
  await cells.nth(9).waitFor();
  const [, , , opcode, fin, , payload, mask] = await cells.allInnerTexts();
  expect([fin, opcode, payload]).toEqual(['1', 'text', '15']);
  expect(mask).toMatch(/^[0-9a-f]{8}$/);
  await sent.nth(1).click();
  await expect.poll(async () => (await cells.allInnerTexts())[7]).toBe('none');
  await window.screenshot('session-frames');
});

test('a reconnect has a countdown, a button to connect now, and one to stop', async () => {
  const fallible = await fallibleServer();
  await connect(fallible.url);
  await isOpen();
  await fallible.down();
  const automatic = doctor().getByText('Reconnect automatically from now on');
  await automatic.waitFor();
  await fallible.up();
  await automatic.click();
  await isOpen();
  await fallible.down();
  const countdown = header().getByText(/Reconnecting in \d+ s \(\d+ of 10\)/);
  await countdown.waitFor();
  await fallible.up();
  await button('Connect Now').click();
  await isOpen();
  await fallible.down();
  await countdown.waitFor();
  await window.screenshot('session-waiting');
  await button('Stop').click();
  await button('Reconnect').waitFor();
});

/** The page of the visible panel, to run a script in. */
async function frameOf(of: Page): Promise<{ evaluate<Result>(script: string): Promise<Result> }> {
  const element = await panelFrame(of).locator('html').elementHandle();
  const frame = await element?.ownerFrame();
  if (!frame) throw new Error('The panel has no frame.');
  return frame;
}
