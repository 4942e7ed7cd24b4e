import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../src/core/request/plan/analyzeRequestFile.ts';
import { runRequest } from '../../src/core/request/run/runRequest.ts';
import { testEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/folders.ts';
import { placed, runPorts } from '../support/runs.ts';
import { scriptedServer } from '../support/scriptedServer.ts';

// Runs the same files with Duplex and httpYac, and expects the server to receive the same.
const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures/portable');
const names = readdirSync(fixtures).filter((name) => name.endsWith('.http'));
const cases = names.map((name) => [name, readFileSync(join(fixtures, name), 'utf8')] as const);

interface Seen {
  readonly path: string;
  readonly header: string | undefined;
  readonly messages: readonly string[];
}

/** A server that records the messages of each connection, and answers each message. */
async function notingServer(): Promise<{ host: string; seen: () => Seen[] }> {
  const seen: { path: string; header: string | undefined; messages: string[] }[] = [];
  const url = await scriptedServer((socket, { url: path = '', headers }) => {
    const messages: string[] = [];
    const header = headers['x-test'] as string | undefined;
    seen.push({ path, header, messages });
    socket.on('message', (data, isBinary) => {
      const bytes = data as Buffer;
      messages.push(isBinary ? `binary ${bytes.toString('hex')}` : bytes.toString());
      socket.send('{"ok":true}');
      socket.send('{"ok":"again"}');
    });
  });
  return { host: url.replace('ws://', ''), seen: () => seen };
}

/** A folder with the file, whose host is that of the server. */
async function preparedFolder(name: string, host: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(fixtures, folder, { recursive: true });
  const source = await readFile(join(folder, name), 'utf8');
  const end = source.includes('\r\n') ? '\r\n' : '\n';
  await writeFile(join(folder, name), `@host = ${host}${end}${source}`);
  return folder;
}

async function seenFromHttpYac(name: string): Promise<Seen[]> {
  const { host, seen } = await notingServer();
  const folder = await preparedFolder(name, host);
  const cli = join(root, 'node_modules/httpyac/bin/httpyac.js');
  await promisify(execFile)(process.execPath, [cli, 'send', name, '--all'], { cwd: folder, timeout: 40_000 });
  return seen();
}

async function seenFromUs(name: string): Promise<Seen[]> {
  const { host, seen } = await notingServer();
  const folder = await preparedFolder(name, host);
  const { engine } = await testEngine();
  const file = analyzeRequestFile(await readFile(join(folder, name), 'utf8'), 'http');
  for (const each of placed(file, folder))
    expect((await runRequest(each, runPorts(engine))).failure).toBeUndefined();
  return seen();
}

describe('a portable file', () => {
  test.each(cases)('%s sends the same messages here and in httpYac', { timeout: 60_000 }, async (name) => {
    const [theirs, ours] = await Promise.all([seenFromHttpYac(name), seenFromUs(name)]);
    expect(ours.length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);
  });

  test.each(cases)('%s has no hint that it is read differently elsewhere', (_, source) => {
    expect(
      analyzeRequestFile(`@host = localhost\n${source}`, 'http').diagnostics.map(({ code }) => code),
    ).toEqual([...source.matchAll(/@description/g)].map(() => 'directive.foreign'));
  });
});

test.each([
  ['an empty line below a message', 'WEBSOCKET ws://h\n\na\n\n===\nb', 3],
  ['an empty line above a message', 'WEBSOCKET ws://h\n\na\n===\n\nb', 4],
  ['variables in a file that is not the first message', 'WEBSOCKET ws://h\n\na\n===\n<@ ./f', 4],
  ['a separator at the end of a line', 'WEBSOCKET ws://h\n\nx ===', 2],
  ['a line that starts with @', 'WEBSOCKET ws://h\n\n@x', 2],
  ['a line that starts another request', 'WEBSOCKET ws://h\n\nGET x', 2],
  ['a subprotocol that the server chooses', 'WEBSOCKET ws://h\nSec-WebSocket-Protocol: a', 1],
])('a hint marks a line that httpYac reads differently: %s', (_, source, line) => {
  const hints = analyzeRequestFile(source).diagnostics.filter(({ code }) => code === 'portability');
  expect(hints.map(({ severity, range }) => [severity, range.start.line])).toEqual([['hint', line]]);
});
