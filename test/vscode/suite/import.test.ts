import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closeAll, duplexApi, panelTabs, rowsOf, run, summaryOf } from '../support/duplex.ts';
import { clearNotifications, pressUntilOver } from '../support/notifications.ts';

describe('Import…', () => {
  let folder: string;

  before(async () => {
    await duplexApi();
    folder = await mkdtemp(join(tmpdir(), 'duplex-import-'));
    await mkdir(join(folder, 'api'));
    await writeFile(
      join(folder, 'api/Ticks.request.yaml'),
      "$kind: websocket-request\nurl: '{{base}}/ticks'\nheaders:\n  - key: X-Api-Key\n    value: canary-key\n",
    );
    await writeFile(
      join(folder, 'api/Dev.environment.yaml'),
      'name: Dev\nvalues:\n  - key: base\n    value: ws://dev.test\n    enabled: true\n',
    );
  });
  afterEach(async () => {
    await closeAll();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  after(() => rm(folder, { recursive: true }));

  it('opens a command line that was copied as an unsaved request file', async () => {
    const text = "curl -H 'X-A: 1' 'ws://127.0.0.1:1/a'";
    const [uri] = await run<string[]>('import', { text });
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.uri.toString(), uri);
    assert.equal(document.languageId, 'websocket-request');
    assert.equal(document.isUntitled, true);
    assert.equal(document.getText(), '### 127.0.0.1:1\nWEBSOCKET ws://127.0.0.1:1/a\nX-A: 1\n');
  });

  it('writes the content of a folder with its environments, and never over a file', async () => {
    const from = vscode.Uri.file(join(folder, 'api'));
    const to = vscode.Uri.file(join(folder, 'requests'));
    const opened = await run<string[]>('import', from, to);
    assert.deepEqual(
      opened.map((uri) => uri.split('/').at(-1)),
      ['api.ws', 'http-client.env.json'],
    );
    const requests = await readFile(join(to.fsPath, 'api.ws'), 'utf8');
    assert.match(requests, /^WEBSOCKET \{\{base\}\}\/ticks\nX-Api-Key: \{\{\$secret x_api_key\}\}$/m);

    await writeFile(join(to.fsPath, 'api.ws'), 'mine');
    await rm(join(to.fsPath, 'http-client.env.json'));
    assert.equal(await run('import', from, to), undefined);
    assert.equal(await readFile(join(to.fsPath, 'api.ws'), 'utf8'), 'mine');
    assert.equal(existsSync(join(to.fsPath, 'http-client.env.json')), false);
  });

  it('opens a HAR file as a recording in a panel', async () => {
    const path = join(folder, 'a.har');
    const message = { type: 'receive', opcode: 1, data: 'hello', time: 1793613600.5 };
    const entry = {
      startedDateTime: '2026-11-02T10:00:00.000Z',
      request: { url: 'wss://h.test/feed' },
      _webSocketMessages: [message],
    };
    await writeFile(path, JSON.stringify({ log: { entries: [entry] } }));
    const [id] = await run<string[]>('import', vscode.Uri.file(path));
    assert.ok(id);
    const { state, name } = await summaryOf(id);
    assert.deepEqual([state, name], ['closed', 'h.test/feed']);
    const rows = await rowsOf(id);
    assert.deepEqual(
      rows.map(({ kind, time, preview }) => [kind, time, kind === 'text' ? preview : '']),
      [
        ['open', 0, ''],
        ['text', 500_000, 'hello'],
      ],
    );
  });

  it('ends by Cancel while it writes, and shows no result', async () => {
    const path = join(folder, 'long.har');
    const message = { type: 'receive', opcode: 1, data: 'hello', time: 1793613600.5 };
    const entry = (url: string) => ({
      startedDateTime: '2026-11-02T10:00:00.000Z',
      request: { url },
      _webSocketMessages: [message],
    });
    const [before, after] = JSON.stringify({
      log: { entries: [entry('wss://h.test/short'), entry('wss://h.test/long')] },
    }).split(/(?=\]\}\]\}\}$)/);
    // Written for seconds: long enough for a notification.
    await writeFile(path, before! + `,${JSON.stringify(message)}`.repeat(400_000) + after!);
    await clearNotifications();
    const sessions = (await duplexApi()).sessions().length;
    assert.equal(await pressUntilOver(run('import', vscode.Uri.file(path))), undefined);
    assert.equal((await duplexApi()).sessions().length, sessions);
    assert.deepEqual(panelTabs(), []);
  }).timeout(120_000);

  it('imports all files that are dropped together, and writes none if one is invalid', async () => {
    const file = async (name: string, text: string): Promise<vscode.Uri> => {
      await writeFile(join(folder, name), text);
      return vscode.Uri.file(join(folder, name));
    };
    const first = await file('first.sh', 'wscat -c ws://127.0.0.1:1/first');
    const second = await file('second.sh', 'websocat ws://127.0.0.1:1/second');
    const wrong = await file('wrong.har', '{"log":{"entries":[');
    const to = vscode.Uri.file(join(folder, 'dropped'));
    assert.equal(await run('import', [first, wrong, second], to), undefined);
    assert.equal(existsSync(to.fsPath), false);
    const opened = await run<string[]>('import', [first, second], to);
    assert.deepEqual(
      opened.map((uri) => uri.split('/').at(-1)),
      ['first.ws', 'second.ws'],
    );
    assert.match(await readFile(join(to.fsPath, 'second.ws'), 'utf8'), /^WEBSOCKET ws:.*\/second$/m);
  });

  it('writes the requests of a command line that is imported together with a HAR file', async () => {
    const har = join(folder, 'mixed.har');
    const message = { type: 'receive', opcode: 1, data: 'hello', time: 1793613600.5 };
    const entry = { request: { url: 'wss://h.test/mixed' }, _webSocketMessages: [message] };
    await writeFile(har, JSON.stringify({ log: { entries: [entry] } }));
    const command = join(folder, 'beside.sh');
    await writeFile(command, "curl -H 'X-A: 1' ws://127.0.0.1:1/beside");
    const to = vscode.Uri.file(join(folder, 'mixed'));
    const opened = await run<string[]>('import', [vscode.Uri.file(har), vscode.Uri.file(command)], to);
    assert.equal(opened.length, 2);
    assert.equal(opened[0]!.split('/').at(-1), 'beside.ws');
    assert.match(await readFile(join(to.fsPath, 'beside.ws'), 'utf8'), /^WEBSOCKET ws:.*\/beside$/m);
    assert.equal((await summaryOf(opened[1]!)).name, 'h.test/mixed');
  });

  it('refuses an unknown format, and writes nothing', async () => {
    const to = vscode.Uri.file(join(folder, 'none'));
    const page = join(folder, 'page.html');
    await writeFile(page, '<!DOCTYPE html>');
    assert.equal(await run('import', vscode.Uri.file(page), to), undefined);
    assert.equal(existsSync(to.fsPath), false);
  });
});
