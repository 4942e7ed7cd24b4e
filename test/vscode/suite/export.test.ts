import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { writeRecording } from '../../../src/engine/recordingFile.ts';
import { closeAll, duplexApi, run } from '../support/duplex.ts';
import { clearNotifications, pressUntilOver } from '../support/notifications.ts';

const ENTRY = {
  startedDateTime: '2026-11-02T10:00:00.000Z',
  request: { url: 'wss://h.test/feed' },
  _webSocketMessages: [
    { type: 'receive', opcode: 1, data: '{"type":"hello"}', time: 1793613600.5 },
    { type: 'send', opcode: 1, data: '{"op":"join"}', time: 1793613600.6 },
    { type: 'receive', opcode: 2, data: 'AQI=', time: 1793613600.7 },
  ],
};

describe('Export…', () => {
  let folder: string;
  let session: string;

  before(async () => {
    await duplexApi();
    folder = await mkdtemp(join(tmpdir(), 'duplex-export-'));
    const har = join(folder, 'in.har');
    await writeFile(har, JSON.stringify({ log: { entries: [ENTRY] } }));
    [session] = (await run<string[]>('import', vscode.Uri.file(har))) as [string];
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await closeAll();
    await rm(folder, { recursive: true });
  });

  const to = (name: string): vscode.Uri => vscode.Uri.file(join(folder, name));
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

  it('writes each kind of file, and a folder of payloads', async () => {
    for (const kind of ['har', 'jsonl', 'csv', 'text'])
      assert.equal(
        await run('export', session, { kind, target: to(`out.${kind}`) }),
        to(`out.${kind}`).toString(),
      );
    const har = JSON.parse(await read('out.har')) as { log: { entries: (typeof ENTRY)[] } };
    assert.deepEqual(
      har.log.entries[0]?._webSocketMessages.map(({ data }) => data),
      ['{"type":"hello"}', '{"op":"join"}', 'AQI='],
    );
    assert.match(
      await read('out.jsonl'),
      /"dir":"out","kind":"text","size":13,"text":"\{\\"op\\":\\"join\\"\}"/,
    );
    assert.match(await read('out.csv'), /^seq,time,direction/);
    assert.match(await read('out.text'), /binary \(2 B\) 01 02$/m);
    await run('export', session, { kind: 'payloads', target: to('payloads') });
    assert.equal((await readdir(join(folder, 'payloads'))).length, 5);
  });

  it('accepts a range and a filter, and refuses invalid ones', async () => {
    await run('export', session, { kind: 'jsonl', target: to('range.jsonl'), range: '1..2' });
    assert.equal((await read('range.jsonl')).trim().split('\n').length, 2);
    await run('export', session, { kind: 'jsonl', target: to('filter.jsonl'), filter: 'in binary' });
    assert.match(await read('filter.jsonl'), /^\{"seq":3,.*"kind":"binary".*\}\n$/);
    for (const wrong of [{ range: 'x' }, { filter: 'sideways' }, { kind: 'exe' }])
      assert.equal(
        await run('export', session, { kind: 'jsonl', target: to('no.jsonl'), ...wrong }),
        undefined,
      );
    assert.equal(existsSync(join(folder, 'no.jsonl')), false);
  });

  it('ends by Cancel while it writes, and leaves no part of a file', async () => {
    const long = join(folder, 'long');
    await writeRecording(long, {
      ...{ name: 'long', url: 'ws://127.0.0.1:1/', startedAt: '2026-11-02T10:00:00.000Z' },
      ...{ requestHeaders: [], responseHeaders: [] },
      *rows() {
        const payload = new TextEncoder().encode(`{"pad":"${'x'.repeat(90)}"}`);
        for (let time = 0; time < 2_000_000; time++)
          yield { kind: 'text' as const, direction: 'in' as const, flags: 0, time, payload };
      },
    });
    const out = to('cancelled');
    await mkdir(out.fsPath);
    await writeFile(join(out.fsPath, 'old.har'), 'old');
    for (const name of ['new.har', 'old.har']) {
      await clearNotifications();
      const target = vscode.Uri.joinPath(out, name);
      const exported = run('export', vscode.Uri.file(long), { kind: 'har', target });
      assert.equal(await pressUntilOver(exported), undefined);
      assert.deepEqual(await readdir(out.fsPath), ['old.har']);
    }
    assert.equal(await read('cancelled/old.har'), 'old');
  }).timeout(180_000);

  it('opens a drafted test as an unsaved request file', async () => {
    const uri = await run<string>('export', session, { kind: 'ws' });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.toString(), uri);
    assert.equal(document?.languageId, 'websocket-request');
    assert.match(document?.getText() ?? '', /# @where \$\.type == "hello"\n\{"op":"join"\}/);
  });

  it('writes requests as a folder of OpenCollection, never over another, and as programs', async () => {
    const file = to('two.ws');
    await writeFile(
      file.fsPath,
      '### One\nWEBSOCKET ws://127.0.0.1:1/\n\nhello\n\n### Two\nWEBSOCKET ws://127.0.0.1:2/\n',
    );
    const collection = to('collection');
    assert.equal(await run('exportRequests', file, collection), collection.toString());
    assert.deepEqual((await readdir(collection.fsPath)).sort(), ['One.yml', 'Two.yml', 'opencollection.yml']);
    assert.equal(await run('exportRequests', file, collection), undefined);
    const uri = await run<string>('generateCode', file, 'Two', 'python-websockets');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.toString(), uri);
    assert.match(document?.getText() ?? '', /127\.0\.0\.1:2/);
  });

  it('copies a program, and writes it to a new file, never over another', async () => {
    const file = to('code.ws');
    await writeFile(file.fsPath, 'WEBSOCKET ws://127.0.0.1:3/\n\nhello\n');
    await vscode.env.clipboard.writeText('before');
    assert.equal(await run('generateCode', file, undefined, 'node-ws', 'copy'), undefined);
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /import WebSocket from 'ws';/);
    assert.match(copied, /127\.0\.0\.1:3/);
    const program = to('client.mjs');
    assert.equal(await run('generateCode', file, undefined, 'node-ws', program), program.toString());
    assert.equal(await read('client.mjs'), copied);
    await writeFile(program.fsPath, 'mine');
    assert.equal(await run('generateCode', file, undefined, 'node-ws', program), undefined);
    assert.equal(await read('client.mjs'), 'mine');
    assert.equal(await run('generateCode', file, undefined, 'node-ws', 'print'), undefined);
  });
});
