import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { WebSocket, WebSocketServer } from 'ws';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { clearNotifications, pressUntilOver } from '../support/notifications.ts';
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

/** The result of Replay Against. */
interface Replayed {
  readonly id: string;
  readonly divergences: number;
}

describe('a recording that is played again', () => {
  let demo: DemoServer;
  /** Answers each message in capitals. */
  let shouting: WebSocketServer;
  let shoutingUrl: string;

  before(async () => {
    demo = await startDemoServer({ port: 0 });
    shouting = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    shouting.on('connection', (client) =>
      client.on('message', (data: Buffer) => client.send(data.toString().toUpperCase())),
    );
    await once(shouting, 'listening');
    shoutingUrl = `ws://127.0.0.1:${(shouting.address() as AddressInfo).port}/`;
    await duplexApi();
  });
  afterEach(async () => {
    await clearNotifications();
    await run('stopAllServers');
    await closeAll();
  });
  after(async () => {
    for (const client of shouting.clients) client.terminate();
    shouting.close();
    await demo.close();
  });

  /** A session with the echo of the demo server: two messages and their answers. @returns its id */
  async function record(): Promise<string> {
    const id = await connect(`${demo.url}/echo`);
    for (const [text, rows] of [
      ['one', 3],
      ['two', 5],
    ] as const) {
      await run('send', id, text);
      await waitForRows(id, rows);
    }
    await run('disconnect', id);
    await until('the end', async () => (await summaryOf(id)).state === 'closed');
    return id;
  }

  /** The details of the notes of a session about divergences. */
  async function divergencesOf(id: string): Promise<Record<string, unknown>[]> {
    const notes = (await rowsOf(id)).filter(({ kind }) => kind === 'note');
    const payloads = await Promise.all(notes.map(({ seq }) => payloadText(id, seq)));
    const details = payloads.map((text) => JSON.parse(text) as Record<string, unknown>);
    return details.filter(({ note }) => note === 'divergence');
  }

  it('answers a client at the URL of the Servers view as its server did', async () => {
    const served = await run<string>('serveRecording', await record(), Infinity);
    await vscode.env.clipboard.writeText('');
    await run('copyServerUrl');
    const url = await vscode.env.clipboard.readText();
    assert.equal(url, served);
    assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/echo$/);
    const client = new WebSocket(url);
    const answers: string[] = [];
    client.on('message', (data: Buffer) => answers.push(data.toString()));
    await once(client, 'open');
    for (const text of ['one', 'two']) {
      client.send(text);
      await until(`the answer to ${text}`, () => answers.at(-1) === text);
    }
    assert.deepEqual(answers, ['one', 'two']);
    const { id } = (await duplexApi()).sessions().find((session) => session.url === url)!;
    client.close();
    await until('its end', async () => (await summaryOf(id)).state === 'closed');
    assert.deepEqual(await divergencesOf(id), []);
  });

  it('shows the URL of its server, with buttons that copy it', async () => {
    const id = await record();
    await clearNotifications();
    await vscode.env.clipboard.writeText('');
    const url = await run<string>('serveRecording', id, Infinity);
    const copied = until('the URL', async () => (await vscode.env.clipboard.readText()) === url);
    await pressUntilOver(copied);
  });

  it('notes a message of its client that was not recorded', async () => {
    const url = await run<string>('serveRecording', await record(), Infinity);
    const client = new WebSocket(url);
    await once(client, 'open');
    client.send('other');
    const { id } = await until('the session', async () =>
      (await duplexApi()).sessions().find((session) => session.url === url),
    );
    const [divergence] = await until('the note', async () => {
      const found = await divergencesOf(id);
      return found.length > 0 && found;
    });
    assert.match(String(divergence!.text), /^Message 1 diverges from row 1 of the recording: /);
    client.terminate();
  });

  it('finds no divergence at the server that it was recorded at', async () => {
    const recorded = await record();
    const { id, divergences } = await run<Replayed>('replayAgainst', recorded, `${demo.url}/echo`, Infinity);
    assert.notEqual(id, recorded);
    assert.equal(divergences, 0);
    assert.deepEqual(await divergencesOf(id), []);
    assert.deepEqual(
      (await rowsOf(id)).map(({ kind, direction }) => `${kind} ${direction}`),
      (await rowsOf(recorded)).map(({ kind, direction }) => `${kind} ${direction}`),
    );
    await until('its panel', () => panelTabs().length === 2);
  });

  it('notes each divergence of a server that answers differently, and compares it', async () => {
    const recorded = await record();
    await clearNotifications();
    const { id, divergences } = await run<Replayed>('replayAgainst', recorded, shoutingUrl, Infinity);
    assert.equal(divergences, 2);
    const found = await divergencesOf(id);
    assert.deepEqual(
      found.map(({ expected, actual }) => [expected, actual]),
      [
        [2, 2],
        [4, 5],
      ],
    );
    for (const { text } of found)
      assert.match(String(text), /^Message \d diverges from row \d of the recording: /);
    assert.equal(await payloadText(id, 2), 'ONE');
    // Compare of the warning, then the first of the two divergences.
    const isCompared = (): boolean =>
      vscode.window.tabGroups.all.some(
        ({ activeTab }) => activeTab?.input instanceof vscode.TabInputTextDiff,
      );
    await pressUntilOver(
      until('the diff editor', async () => {
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return isCompared();
      }),
    );
    const texts = vscode.workspace.textDocuments
      .filter(({ uri }) => uri.scheme === 'duplex-message')
      .map((document) => document.getText());
    assert.deepEqual(texts.sort(), ['ONE', 'one']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is not played against a server that is not there', async () => {
    const recorded = await record();
    assert.equal(await run('replayAgainst', recorded, 'ws://127.0.0.1:1/', Infinity), undefined);
    const attempt = (await duplexApi()).sessions().find(({ id }) => id !== recorded);
    assert.deepEqual([attempt?.state, attempt?.error?.code], ['failed', 'tcp.refused']);
  });
});
