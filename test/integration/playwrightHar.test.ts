import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { HAR } from '../../src/core/convert/har/importHar.ts';
import type { ImportedRecording } from '../../src/core/convert/imported.ts';
import { readImportSource } from '../../src/files/importSource.ts';
import { exportRows } from '../../src/engine/recordingFile.ts';
import { importPorts } from '../../src/files/parseArguments.ts';

// Playwright's own recorder writes the files, in each of its modes; what it recorded is what was said.

const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const folder = mkdtempSync(join(tmpdir(), 'duplex-playwright-'));
const http = createServer((_, response) =>
  response.setHeader('Content-Type', 'text/html').end('<title>page</title>'),
);
const sockets = new WebSocketServer({ server: http });
let origin: string;

beforeAll(async () => {
  sockets.on('connection', (socket) =>
    socket.on('message', (data: Buffer, isBinary) => {
      socket.send(data, { binary: isBinary });
      if (data.toString() === 'bye') socket.close(4000, 'enough');
    }),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  origin = `127.0.0.1:${(http.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const client of sockets.clients) client.terminate();
  sockets.close();
  http.closeAllConnections();
  http.close();
  rmSync(folder, { recursive: true, force: true });
});

const SAID = ['grüße 😀', [0, 1, 254, 255], 'bye'];

async function record(recordHar: {
  path: string;
  content?: 'embed' | 'attach' | 'omit';
  mode?: 'full' | 'minimal';
}) {
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ recordHar });
    const page = await context.newPage();
    await page.goto(`http://${origin}/`);
    // Of the page's own world, which has other types.
    await page.evaluate(`new Promise((resolve, reject) => {
      const socket = new WebSocket('ws://${origin}/feed?token=abcdef123456', ['v1']);
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => {
        for (const each of ${JSON.stringify(SAID)}) socket.send(typeof each === 'string' ? each : new Uint8Array(each));
      };
      socket.onerror = reject;
      socket.onclose = resolve;
    })`);
    await context.close();
  } finally {
    await browser.close();
  }
}

function messagesOf({ rows }: ImportedRecording): unknown[] {
  return [...rows()]
    .filter(({ kind }) => kind === 'text' || kind === 'binary')
    .map(({ kind, direction, payload }) => [
      direction,
      kind === 'text' ? new TextDecoder().decode(payload) : [...payload],
    ]);
}

describe.skipIf(!existsSync(BROWSER))('a HAR that Duplex writes', () => {
  it(
    'is read by the router of Playwright, which answers as the recorded server did',
    { timeout: 120_000 },
    async () => {
      const path = join(folder, 'ours.har');
      const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
      const detail = {
        code: 'handshake.status',
        message: 'Refused.',
        status: 401,
        body: 'No entry, grüße 😀',
      };
      const headers = [
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['X-From', 'recording'],
      ];
      const open = json({ status: 101, protocol: '', extensions: '', headers: [] });
      const text = { kind: 'text', direction: 'in', payload: json({ a: 1 }) } as const;
      const rows = [
        { kind: 'error', direction: 'none', payload: json({ ...detail, headers }) } as const,
        { kind: 'open', direction: 'none', payload: open } as const,
        text,
      ].map(({ payload, ...row }, seq) => ({ row: { ...row, seq, time: seq, flags: 0 }, payload }));
      const manifest = {
        ...({ format: 'duplex-recording', version: 1, name: 'a', url: `ws://${origin}/refused` } as const),
        ...{
          startedAt: '2026-11-03T12:00:00.000Z',
          segmentBytes: 1024,
          requestHeaders: [],
          responseHeaders: [],
        },
      };
      await exportRows('har', manifest, [rows], path);
      // The router answers what pages ask by HTTP: the same entries under the URL of a page.
      const har = (await readFile(path, 'utf8')).replaceAll(`ws://${origin}`, `http://${origin}`);
      const refusal = JSON.parse(har) as { log: { entries: unknown[] } };
      expect(refusal.log.entries).toHaveLength(2);
      refusal.log.entries.length = 1;
      await writeFile(path, JSON.stringify(refusal));
      const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
      try {
        const context = await browser.newContext();
        await context.routeFromHAR(path, { notFound: 'fallback' });
        const page = await context.newPage();
        const answer = await page.goto(`http://${origin}/refused`);
        expect([answer?.status(), answer?.headers()['x-from'], await answer?.text()]).toEqual([
          ...[401, 'recording', detail.body],
        ]);
        // Requests that the HAR does not contain go to the server.
        expect((await page.goto(`http://${origin}/other`))?.status()).toBe(200);
      } finally {
        await browser.close();
      }
    },
  );
});

describe.skipIf(!existsSync(BROWSER))('a HAR that Playwright records', () => {
  it.each([
    ['embedded', { path: 'embed.har', content: 'embed' }],
    ['attached', { path: 'attach/session.har', content: 'attach' }],
    ['zipped', { path: 'session.har.zip', content: 'attach' }],
    ['minimal', { path: 'minimal.har', mode: 'minimal', content: 'embed' }],
  ] as const)('has its messages, %s', { timeout: 120_000 }, async (_, options) => {
    const path = join(folder, options.path);
    await record({ ...options, path });
    const before = Date.now() + 1000;
    const result = HAR.read(await readImportSource(path), importPorts);
    if ('problem' in result) throw new Error(result.problem);
    const [recording, ...more] = result.recordings ?? [];
    expect(more).toEqual([]);
    expect(recording!.url).toBe(`ws://${origin}/feed?token=••••`);
    const messages = messagesOf(recording!) as [string, unknown][];
    for (const direction of ['out', 'in'])
      expect(messages.filter(([which]) => which === direction).map(([, data]) => data)).toEqual(SAID);
    // Milliseconds are read as such: nothing is in the year 58,000.
    const started = Date.parse(recording!.startedAt);
    expect(started).toBeLessThan(before);
    for (const { time } of recording!.rows()) expect(time).toBeLessThan(60_000_000);
    const [request] = result.collections[0]!.requests;
    expect(request!.steps).toHaveLength(SAID.length);
  });
});
