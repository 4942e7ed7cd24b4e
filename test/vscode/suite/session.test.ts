import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import type { CloseDetail, ErrorDetail } from '../../../src/shared/timeline.ts';
import {
  closeAll,
  connect,
  duplexApi,
  panelTabs,
  payloadText,
  rowsOf,
  run,
  summaryOf,
  waitForRows,
} from '../support/duplex.ts';
import { until } from '../support/until.ts';

describe('a session', () => {
  let server: DemoServer;

  before(async () => {
    server = await startDemoServer({ port: 0 });
  });
  afterEach(closeAll);
  after(async () => {
    await server.close();
  });

  it('is opened by Connect with a URL, and shown in a panel of its name', async () => {
    const id = await connect(`${server.url}/echo`);
    assert.equal((await summaryOf(id)).state, 'open');
    const name = `127.0.0.1:${server.port}/echo`;
    await until('the panel', () => panelTabs().some((tab) => tab.label === name));
  });

  it('is opened by Connect with options, which win over the settings', async () => {
    const id = await connect({
      url: `${server.url}/echo`,
      name: 'Mine',
      subprotocols: ['v2.json', 'v1.json'],
      deflate: false,
    });
    const { name, protocol, extensions } = await summaryOf(id);
    assert.deepEqual({ name, protocol, extensions }, { name: 'Mine', protocol: 'v2.json', extensions: '' });
    await until('the panel', () => panelTabs().some((tab) => tab.label === 'Mine'));
  });

  it('is opened by Connect with a URI', async () => {
    const id = await connect(vscode.Uri.parse(`${server.url}/echo`));
    assert.equal((await summaryOf(id)).state, 'open');
  });

  it('sends a message and reads the answer back from its recording, byte for byte', async () => {
    const id = await connect(`${server.url}/echo`);
    const text = '{"big": 12345678901234567890,  "float": 1.0, "text": "ä😀"}';
    await run('send', id, text);
    const rows = await waitForRows(id, 3);
    assert.deepEqual(
      rows.map(({ kind, direction }) => `${kind} ${direction}`),
      ['open none', 'text out', 'text in'],
    );
    assert.equal(await payloadText(id, 1), text);
    assert.equal(await payloadText(id, 2), text);
    const { in: received, out } = await summaryOf(id);
    assert.deepEqual([received.messages, out.messages, out.bytes], [1, 1, Buffer.byteLength(text)]);
  });

  it('shows messages that a server sends without a request', async () => {
    const id = await connect(`${server.url}/burst?n=500&size=100`);
    const rows = await waitForRows(id, 501);
    assert.equal(rows.filter((row) => row.direction === 'in' && row.size === 100).length, 500);
  });

  it('pings', async () => {
    const id = await connect(`${server.url}/echo`);
    await run('sendPing', id, 'are you there');
    const rows = await waitForRows(id, 3);
    assert.deepEqual(
      rows.slice(1).map(({ kind, direction }) => `${kind} ${direction}`),
      ['ping out', 'pong in'],
    );
    assert.equal(await payloadText(id, 2), 'are you there');
  });

  it('that is refused keeps status, headers and body, and is listed as failed', async () => {
    const id = await connect(`${server.url}/refuse?status=401&body=Who%20are%20you%3F`);
    const { state, error } = await summaryOf(id);
    assert.equal(state, 'failed');
    assert.equal(error?.code, 'handshake.status');
    const rows = await waitForRows(id, 1);
    assert.deepEqual(
      rows.map((row) => row.kind),
      ['error'],
    );
    const detail = JSON.parse(await payloadText(id, 0)) as ErrorDetail;
    assert.equal(detail.status, 401);
    assert.equal(detail.body, 'Who are you?');
    assert.ok(detail.headers?.some(([name, value]) => /^x-demo$/i.test(name) && value === 'refused'));
  });

  it('that is refused comes back to Reconnect', async () => {
    const id = await connect(`${server.url}/refuse?status=503`);
    await run('reconnect', id);
    const rows = await waitForRows(id, 2);
    assert.deepEqual(
      rows.map((row) => row.kind),
      ['error', 'error'],
    );
  });

  it('is ended by Disconnect with 1000, and stays listed', async () => {
    const id = await connect(`${server.url}/echo`);
    await run('disconnect', id);
    assert.equal((await summaryOf(id)).state, 'closed');
    const rows = await rowsOf(id);
    assert.equal(rows.at(-1)?.kind, 'close');
    const detail = JSON.parse(await payloadText(id, rows.length - 1)) as CloseDetail;
    assert.deepEqual([detail.code, detail.clean], [1000, true]);
  });

  it('is closed with the given code and reason', async () => {
    const id = await connect(`${server.url}/echo`);
    await run('closeWithCode', id, 4001, 'enough');
    assert.equal((await summaryOf(id)).state, 'closed');
    const rows = await rowsOf(id);
    const detail = JSON.parse(await payloadText(id, rows.length - 1)) as CloseDetail;
    assert.equal(detail.code, 4001);
  });

  it('stays open if the close code must not be sent', async () => {
    const id = await connect(`${server.url}/echo`);
    await run('closeWithCode', id, 1006);
    assert.equal((await summaryOf(id)).state, 'open');
  });

  it('continues the same recording after Reconnect, by its id as the Sessions view passes it', async () => {
    const id = await connect(`${server.url}/echo`);
    await run('disconnect', id);
    await run('reconnect', id);
    assert.equal((await summaryOf(id)).state, 'open');
    await run('send', id, 'again');
    const rows = await waitForRows(id, 5);
    assert.deepEqual(
      rows.map((row) => row.kind),
      ['open', 'close', 'open', 'text', 'text'],
    );
  });

  it('all are ended by Disconnect All', async () => {
    const ids = [await connect(`${server.url}/echo`), await connect(`${server.url}/echo`)];
    await run('disconnectAll');
    for (const id of ids) assert.equal((await summaryOf(id)).state, 'closed');
  });

  it('is taken off the list, with its panel, by Close Session', async () => {
    const id = await connect(`${server.url}/echo`);
    await until('the panel', () => panelTabs().length === 1);
    await run('closeSession', id);
    assert.deepEqual((await duplexApi()).sessions(), []);
    await until('the panel to close', () => panelTabs().length === 0);
  });

  it('is not created for an invalid URL', async () => {
    for (const bad of [
      'http://localhost/',
      'ws://',
      'ws://host#x',
      42,
      { url: 'ws://a', headers: { 'a b': '' } },
    ])
      assert.equal(await run('connect', bad), undefined, `${JSON.stringify(bad)} was accepted`);
    assert.deepEqual((await duplexApi()).sessions(), []);
  });

  it('is opened by other extensions through the API, which rejects with a code', async () => {
    const api = await duplexApi();
    const { state, url } = await api.open({ url: `${server.url}/echo?token=secret` });
    assert.equal(state, 'open');
    assert.ok(!url.includes('secret'), 'a secret is in the summary');
    await assert.rejects(api.open('nonsense'), { name: 'DuplexError', code: 'url.invalid' });
    await assert.rejects(api.readRows('gone', 0, 1), { name: 'DuplexError', code: 'call.invalid' });
    await assert.rejects(api.readRows(api.sessions()[0]!.id, -1, 1), { code: 'call.invalid' });
  });
});
