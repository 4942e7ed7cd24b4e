import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startDemoServer } from '../../../src/demo/demoServer.ts';
import type { DemoServer } from '../../../src/demo/demoServer.ts';
import { startSocksServer } from '../../support/socksServer.ts';
import { closeAll, connect, run, summaryOf } from '../support/duplex.ts';

/** Libraries that the extension loads on their first use, each from a file of its own. */
describe('a library that is loaded on its first use', () => {
  let demo: DemoServer;
  let folder: string;

  before(async () => {
    demo = await startDemoServer({ port: 0 });
    folder = await mkdtemp(join(tmpdir(), 'duplex-libraries-'));
  });
  afterEach(closeAll);
  after(async () => {
    await demo.close();
    await rm(folder, { recursive: true });
  });

  it('connects through a SOCKS5 proxy (socks)', async () => {
    const proxy = await startSocksServer('me:secret');
    try {
      const credentials = proxy.url.replace('//', '//me:secret@');
      const summary = await summaryOf(await connect({ url: `${demo.url}/echo`, proxy: credentials }));
      assert.deepEqual([summary.error, summary.state, summary.proxy], [undefined, 'open', proxy.url]);
      assert.deepEqual(proxy.asked, [`127.0.0.1:${demo.port}`]);
    } finally {
      proxy.close();
    }
  });

  it('sends a cookie back (tough-cookie)', async () => {
    const cookies: (string | undefined)[] = [];
    const server: Server = createServer();
    server.on('upgrade', (request, socket: Socket) => {
      cookies.push(request.headers.cookie);
      socket.end('HTTP/1.1 302 x\r\nSet-Cookie: sid=1\r\nLocation: /\r\nContent-Length: 0\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const { error } = await summaryOf(await connect({ url, maxRedirects: 1 }));
      assert.equal(error?.code, 'handshake.redirect');
      assert.deepEqual(cookies, [undefined, 'sid=1']);
    } finally {
      server.close();
    }
  });

  it('validates against a schema (ajv)', async () => {
    await writeFile(join(folder, 'id.json'), JSON.stringify({ type: 'object', required: ['id'] }));
    const path = join(folder, 'schema.ws');
    const request = (body: string): string =>
      `###\nWEBSOCKET ${demo.url}/echo\n\n${body}\n=== wait-for-server\n# @expect $ schema ./id.json\n`;
    await writeFile(path, request('{"id":1}') + request('{"no":1}'));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    const uri = document.uri.toString();
    assert.equal(await run('runRequest', uri, 0), 'passed');
    assert.equal(await run('runRequest', uri, 1), 'failed');
  });

  it('listens with a certificate made for the run, which is copied and trusted (self-signed)', async () => {
    const path = join(folder, 'tls.ws');
    await writeFile(path, 'SERVE wss://127.0.0.1:0/\n\n=== on-message\n# @echo\n');
    const [url] = await run<string[]>('serve', vscode.Uri.file(path).toString());
    try {
      assert.match(url!, /^wss:/);
      assert.equal((await summaryOf(await connect(url))).error?.code, 'tls.untrusted');
      await run('copyServerCertificate');
      const ca = [await vscode.env.clipboard.readText()];
      const summary = await summaryOf(await connect({ url, ca }));
      assert.deepEqual([summary.error, summary.state], [undefined, 'open']);
    } finally {
      await run('stopAllServers');
    }
  });

  it('encodes by a schema (protobuf)', async () => {
    await writeFile(join(folder, 'a.proto'), 'syntax = "proto3"; message A { int32 n = 1; }');
    const path = join(folder, 'protobuf.ws');
    const request = (name: string): string =>
      `###\nWEBSOCKET ${demo.url}/echo\n\n# @encode protobuf ${name} from a.proto\n{"n": 150}\n=== wait-for-server\n# @expect size == 3\n`;
    await writeFile(path, request('A') + request('B'));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    const uri = document.uri.toString();
    assert.equal(await run('runRequest', uri, 0), 'passed');
    assert.equal(await run('runRequest', uri, 1), 'error');
  });
});
