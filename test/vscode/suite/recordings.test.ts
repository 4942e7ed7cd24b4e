import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { WebSocket } from 'ws';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { Engine } from '../../../src/engine/engine.ts';
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

describe('a recording on disk', () => {
  let server: DemoServer;
  let parent: string;
  let folders = 0;

  before(async () => {
    server = await startDemoServer({ port: 0 });
    parent = await mkdtemp(join(tmpdir(), 'duplex-recordings-'));
    await duplexApi();
  });
  afterEach(closeAll);
  after(async () => {
    await server.close();
    await rm(parent, { recursive: true });
  });

  /** Records a message and its echo with an engine of the test, as another program does. */
  async function record(): Promise<string> {
    const extension = vscode.extensions.getExtension('duplex.duplex')!;
    const folder = join(parent, `recording-${++folders}`);
    const engine = new Engine({
      workersFolder: join(extension.extensionPath, 'dist/workers'),
      onError: (error) => console.error(error.message),
    });
    const session = engine.create({ url: `${server.url}/echo` }, { folder, name: 'Recorded' });
    await session.connect();
    await session.send({ kind: 'text', data: new TextEncoder().encode('kept') });
    await until('the echo', () => session.rows >= 3);
    await session.disconnect();
    await engine.dispose();
    return folder;
  }

  it('is replayed as far as it goes if it is cut off', async () => {
    const folder = await record();
    // The close is missing.
    await truncate(join(folder, 'index.bin'), 3 * 32 + 10);
    const url = await run<string>('serveRecording', folder, Infinity);
    const client = new WebSocket(url);
    const came = once(client, 'message');
    await once(client, 'open');
    client.send('kept');
    const [answer] = (await came) as [Buffer];
    assert.equal(answer.toString(), 'kept');
    client.terminate();
    const { divergences } = await run<{ divergences: number }>(
      'replayAgainst',
      folder,
      `${server.url}/echo`,
      Infinity,
    );
    assert.equal(divergences, 0);
    await run('stopAllServers');
  });

  it('is shown in a panel by Open Recording, without connecting', async () => {
    const id = await run<string>('openRecording', vscode.Uri.file(await record()));
    const { state, name, recordedBytes } = await summaryOf(id);
    assert.deepEqual([state, name], ['closed', 'Recorded']);
    assert.ok(recordedBytes > 0);
    await until('the panel', () => panelTabs().some((tab) => tab.label === 'Recorded (Closed)'));
    assert.deepEqual(
      (await rowsOf(id)).map((row) => row.kind),
      ['open', 'text', 'text', 'close'],
    );
    assert.equal(await payloadText(id, 2), 'kept');
  });

  it('is shown once, also if it is opened again', async () => {
    const folder = await record();
    const id = await run<string>('openRecording', folder);
    assert.equal(await run('openRecording', vscode.Uri.file(folder)), id);
    await until('the panel', () => panelTabs().length === 1);
  });

  it('is continued when its session connects', async () => {
    const id = await run<string>('openRecording', await record());
    await run('reconnect', id);
    await run('send', id, 'more');
    const rows = await waitForRows(id, 7);
    assert.deepEqual(
      rows.map((row) => row.kind),
      ['open', 'text', 'text', 'close', 'open', 'text', 'text'],
    );
  });

  it('is shown, but not deleted, while another process writes it', async () => {
    const folder = await record();
    // Process 1 is always there.
    await writeFile(join(folder, 'writer.lock'), '1');
    await run('deleteRecording', folder, { confirm: false });
    assert.ok(existsSync(join(folder, 'index.bin')));
    const id = await run<string>('openRecording', folder);
    assert.equal((await summaryOf(id)).state, 'closed');
    assert.equal(await readFile(join(folder, 'writer.lock'), 'utf8'), '1');
    await run('closeSession', id);
    assert.ok(existsSync(join(folder, 'index.bin')));
  });

  it('is deleted by its command, unless it is not a recording', async () => {
    const folder = await record();
    await run('deleteRecording', vscode.Uri.file(folder), { confirm: false });
    assert.ok(!existsSync(folder));
    await run('deleteRecording', parent, { confirm: false });
    assert.ok(existsSync(parent));
  });

  it('is deleted with its session and its panel', async () => {
    const folder = await record();
    const id = await run<string>('openRecording', folder);
    await until('the panel', () => panelTabs().length === 1);
    await run('deleteSession', id, { confirm: false });
    assert.ok(!existsSync(folder));
    assert.deepEqual((await duplexApi()).sessions(), []);
    await until('the panel to close', () => panelTabs().length === 0);
  });

  it('that is invalid opens nothing', async () => {
    assert.equal(await run('openRecording', parent), undefined);
    assert.deepEqual((await duplexApi()).sessions(), []);
  });

  it('is not kept of a session that Connect Without Keeping opens, nor of its duplicate', async () => {
    assert.equal((await summaryOf(await connect(`${server.url}/echo`))).keep, true);
    const id = await run<string>('connectWithoutKeeping', `${server.url}/echo`);
    const { keep, state } = await summaryOf(id);
    assert.deepEqual([keep, state], [false, 'open']);
    assert.equal((await summaryOf(await run<string>('duplicateSession', id))).keep, false);
    // Until it is closed, its rows are there.
    await run('send', id, 'hello');
    await waitForRows(id, 3);
  });
});
