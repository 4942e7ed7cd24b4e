import { createServer } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { frame, rawServer, switching } from '../support/rawServer.ts';
import { arrowTo, chooseItem, focused, tabTo } from './support/keys.ts';
import { connectTo, openWindow, panelFrame } from './support/window.ts';
import type { VscodeWindow } from './support/window.ts';

// Tests the first fix of each kind of failure, and the options of a connection, in one real window by keyboard.

let window: VscodeWindow;
let page: Page;

beforeAll(async () => {
  window = await openWindow();
  page = window.page;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await window.screenshot(`failed-${task.name.slice(0, 20)}`);
});
afterAll(() => window?.dispose());

const panel = (): FrameLocator => panelFrame(page);
const card = (): Locator => panel().locator('duplex-doctor');
const composer = (): Locator => panel().locator('duplex-composer .cm-content');
const firstFix = (): Locator => card().locator('.fix').first();
const form = (): Locator => panel().locator('duplex-connection-form');
const urlOfForm = (): Locator => form().getByRole('textbox', { name: 'URL' });
const question = (title: string): Promise<void> =>
  page.locator('.quick-input-title').getByText(title, { exact: true }).waitFor();
const press = (key: string): Promise<void> => page.keyboard.press(key);
const type = (text: string): Promise<void> => page.keyboard.type(text);
const isOpen = (): Promise<void> =>
  panel().locator('duplex-header').getByText('Open', { exact: true }).waitFor();

const refusal = (status: string, body = '', ...headers: string[]): string =>
  [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n');

/** Refuses the first request in one way and accepts the others. @returns its URL, and the requests that it gets */
async function refusing(
  refuse: (socket: Socket, request: string) => void,
): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const { url } = await rawServer((socket, request) => {
    requests.push(request);
    if (requests.length === 1) refuse(socket, request);
    else socket.write(switching(request));
  });
  return { url, requests };
}

interface Failure {
  readonly refuse: (socket: Socket, request: string) => void;
  readonly headline: string;
  readonly fix: string | RegExp;
  /** The user's action after the fix was chosen. */
  readonly then?: () => Promise<void>;
  /** A part of the second request; undefined if there is none. */
  readonly request?: string | RegExp;
}

const respond =
  (...answer: Parameters<typeof refusal>) =>
  (socket: Socket): unknown =>
    socket.end(refusal(...answer));
const close = (code: number) => (socket: Socket, request: string) => {
  socket.write(switching(request));
  socket.write(frame(0x88, Buffer.from([code >> 8, code & 0xff])));
};

async function authorize(): Promise<void> {
  await question('Authorization Header');
  await type('Bearer of-the-fix');
  await press('Enter');
}

async function editPath(): Promise<void> {
  await question('Edit URL');
  await press('End');
  await type('edited');
  await press('Enter');
}

/**
 * Rows of the doctor's table: the failure, the headline of its card, and the effect of its first fix.
 * headlines.test.ts of the integration tests has all of them.
 */
const FAILURES: Readonly<Record<string, Failure>> = {
  'a bearer token that expired': {
    refuse: respond(
      '401 Unauthorized',
      '',
      'WWW-Authenticate: Bearer error="invalid_token", error_description="The token expired"',
    ),
    headline: 'The access token expired',
    fix: 'Replace token…',
    then: authorize,
    request: /^Authorization: Bearer of-the-fix\r$/m,
  },
  'a refusal whose body explains it': {
    refuse: respond('403 Forbidden', '{"message":"Your plan has no live data."}'),
    headline: 'Your plan has no live data',
    fix: 'Edit Connection',
    then: async () => {
      await focused(urlOfForm());
      await press('Escape');
      await form().waitFor({ state: 'detached' });
    },
  },
  'an answer of 426': {
    refuse: respond('426 Upgrade Required'),
    headline: 'A proxy drops Upgrade, or this route speaks only HTTP',
    fix: 'Edit URL',
    then: editPath,
    request: 'GET /edited HTTP/1.1',
  },
  'too many requests': {
    refuse: respond('429 Too Many Requests', '', 'Retry-After: 2'),
    headline: 'The server allows another attempt now',
    fix: 'Connect again',
    request: 'GET / HTTP/1.1',
  },
  'a server of another protocol': {
    refuse: (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
    headline: 'An SSH server answers on this port',
    fix: 'Edit URL',
    then: editPath,
    request: 'GET /edited HTTP/1.1',
  },
  'a connection that is hung up': {
    refuse: (socket) => socket.destroy(),
    headline: 'The server closed without an answer',
    fix: /^Send Origin: http:\/\/127\.0\.0\.1/,
    request: /^Origin: http:\/\/127\.0\.0\.1/m,
  },
  'a close with 4401': {
    refuse: close(4401),
    headline: '4401',
    fix: 'Send an Authorization header',
    then: authorize,
    request: /^Authorization: Bearer of-the-fix\r$/m,
  },
};

/** Goes to the first fix from where the focus is after a failure, and checks what it is. */
async function toFirstFix(headline: string, fix: string | RegExp): Promise<void> {
  await card().locator('.headline').getByText(headline).waitFor();
  await expect.poll(() => firstFix().innerText()).toMatch(fix);
  await tabTo(page, firstFix(), 'Shift+Tab');
}

describe('the first fix by keyboard after', () => {
  test.each(Object.entries(FAILURES))('%s', async (_, { refuse, headline, fix, then, request }) => {
    const { url, requests } = await refusing(refuse);
    await connectTo(page, url);
    await toFirstFix(headline, fix);
    await press('Enter');
    await then?.();
    if (request === undefined) return expect(requests).toHaveLength(1);
    await expect.poll(() => requests[1]).toMatch(request);
    await isOpen();
    await card().waitFor({ state: 'detached' });
  });

  test('a self-signed certificate', async () => {
    const requests: string[] = [];
    const certificate = makeCertificate({ name: '127.0.0.1', hosts: ['127.0.0.1'] });
    const server = createServer(certificate, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (request) => {
        requests.push(String(request));
        socket.write(switching(String(request)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    await connectTo(page, `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await toFirstFix('Self-signed certificate', 'Trust this certificate for this connection');
    expect(requests).toEqual([]);
    await press('Enter');
    const agreement = page.locator('.monaco-dialog-box');
    await agreement.getByText('Compare its fingerprint first.').waitFor();
    await focused(agreement.getByRole('button', { name: 'Trust this certificate for this connection' }));
    await press('Enter');
    await isOpen();
    await focused(composer());
    expect(requests).toHaveLength(1);
  });
});

describe('the options of a connection by keyboard', () => {
  const tab = (name: string): Locator => form().getByRole('tab', { name, exact: true });
  const field = (name: string | RegExp): Locator => form().getByLabel(name);

  /** Goes back to the row of tabs, and on to another one. */
  async function openTab(name: string): Promise<void> {
    await tabTo(page, form().getByRole('tab', { selected: true }), 'Shift+Tab');
    await arrowTo(page, tab(name));
    await form().getByRole('tabpanel', { name, exact: true }).waitFor();
  }

  test('every tab is changed after a failure, and Reconnect to Apply connects with all of it', async () => {
    const { url, requests } = await refusing(respond('403 Forbidden', '{"message":"Not like this."}'));
    await connectTo(page, url);
    await toFirstFix('Not like this', 'Edit Connection');
    await press('Enter');
    await focused(urlOfForm());

    await tabTo(page, tab('Params'));
    await tabTo(page, form().getByRole('button', { name: 'Add Parameter' }));
    await press('Enter');
    await type('depth');
    await press('Tab');
    await type('5');
    await expect.poll(() => urlOfForm().inputValue()).toBe(`${url}?depth=5`);

    await openTab('Headers');
    await tabTo(page, form().getByRole('button', { name: 'Add Header' }));
    await press('Enter');
    await type('X-Trace');
    await press('Tab');
    await type('by-keys');

    await openTab('TLS & Proxy');
    await tabTo(page, field('Accept any certificate'));
    await press('Space');
    await expect.poll(() => field('Accept any certificate').isChecked()).toBe(true);
    await press('Space');
    await tabTo(page, field(/^Proxy \(/));
    await type('none');

    await openTab('Settings');
    await tabTo(page, field(/^Compression/));
    const compresses = await field(/^Compression/).isChecked();
    await press('Space');
    await tabTo(page, form().getByText('Advanced', { exact: true }));
    await press('Enter');
    await tabTo(page, field('Handshake time-out in seconds'));
    await press('ArrowUp');

    await openTab('Subprotocols');
    await tabTo(page, field(/^Subprotocols, /));
    await type('v2.json, v1.json');

    await openTab('Auth');
    await tabTo(page, field('Bearer token'));
    await type('of-the-form');
    await tabTo(page, form().getByRole('button', { name: 'Reconnect to Apply' }));
    await press('Enter');

    await expect.poll(() => requests.length).toBe(2);
    const [, applied = ''] = requests;
    expect(applied).toMatch(/^GET \/\?depth=5 HTTP\/1\.1\r\n/);
    expect(applied).toMatch(/^X-Trace: by-keys\r$/m);
    expect(applied).toMatch(/^Authorization: Bearer of-the-form\r$/m);
    expect(applied).toMatch(/^Sec-WebSocket-Protocol: v2\.json, ?v1\.json\r$/m);
    expect(/^Sec-WebSocket-Extensions: /m.test(applied)).toBe(!compresses);
  });

  test('Duplicate and Edit… opens the form with all options, and Enter in a field connects with it', async () => {
    const { url, requests } = await refusing((socket, request) => socket.write(switching(request)));
    await connectTo(page, `curl -H 'X-Kept: kept' ${url.replace(/^ws/, 'http')}?a=1`);
    await isOpen();
    await focused(composer());
    await tabTo(page, panel().getByRole('button', { name: 'More Actions…' }), 'Shift+Tab');
    await press('Enter');
    await chooseItem(page, panel().getByRole('menuitem', { name: 'Duplicate and Edit…' }));
    await panel().locator('duplex-header').getByText('Not connected').waitFor();
    await focused(urlOfForm());
    expect(await urlOfForm().inputValue()).toBe(`${url}?a=1`);
    await tabTo(page, tab('Params'));
    await openTab('Headers');
    await expect.poll(() => field('Name').first().inputValue()).toBe('X-Kept');
    await openTab('Auth');
    await tabTo(page, field('Bearer token'));
    await type('typed-and-entered');
    await press('Enter');
    await expect.poll(() => requests.length).toBe(2);
    expect(requests[1]).toMatch(/^GET \/\?a=1 HTTP\/1\.1\r\n/);
    expect(requests[1]).toMatch(/^X-Kept: kept\r$/m);
    expect(requests[1]).toMatch(/^Authorization: Bearer typed-and-entered\r$/m);
    await isOpen();
    await focused(composer());
  });
});
