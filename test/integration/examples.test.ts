import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { parseRequestFile } from '../../src/core/request/parseRequestFile.ts';
import { requestOptions } from '../../src/core/request/requestOptions.ts';
import { fileScope } from '../../src/core/request/scope.ts';
import { fileText, stepMessage } from '../../src/core/request/stepMessage.ts';
import type { Request } from '../../src/core/request/tree.ts';
import { SAMPLE_PORTS } from '../../src/core/request/values.ts';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';

// What a newcomer opens first. A client of its own, so that a fault of ours on one side cannot hide one on the other.
const folder = join(import.meta.dirname, '../../examples');
const names = readdirSync(folder).filter((name) => /\.(ws|http)$/.test(name));
const examples = names.map((name) => {
  const source = readFileSync(join(folder, name), 'utf8');
  return { name, source, file: parseRequestFile(source, extname(name) === '.http' ? 'http' : 'ws') };
});

test.each(examples)('$name has nothing to be said against it', ({ file }) => {
  expect(file.diagnostics).toEqual([]);
  expect(file.requests.length).toBeGreaterThan(0);
});

describe('against the demo server', () => {
  let server: DemoServer;
  beforeAll(async () => {
    server = await startDemoServer({ port: 0 });
  });
  afterAll(() => server.close());

  const requests = examples.flatMap(({ name, source, file }) =>
    file.requests.map((request) => ({ title: `${name}: ${request.name?.text}`, source, file, request })),
  );

  test.each(requests)('$title', async ({ source, file, request }) => {
    expect(source).toContain('localhost:8080');
    const scope = fileScope(file.variables, SAMPLE_PORTS);
    const result = requestOptions(request, scope);
    if ('problems' in result) throw new Error(result.problems[0]!.message);
    const { url, headers = [], subprotocols = [] } = result.options;
    const here = url.replace('ws://localhost:8080', server.url);
    expect(here).not.toBe(url);
    const client = new WebSocket(here, [...subprotocols], { headers: Object.fromEntries(headers) });
    const outcome = await new Promise((resolve) => {
      client.on('open', () => resolve('open'));
      client.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    if (new URL(url).pathname === '/refuse') {
      expect(outcome).toBe(401);
      client.on('error', () => undefined); // it complains of being ended before it was open
      client.terminate();
      return;
    }
    expect(outcome).toBe('open');
    expect(client.protocol).toBe(subprotocols[0] ?? '');
    for (const message of messagesOf(request, scope)) {
      const answer = new Promise((resolve) =>
        client.once('message', (data, isBinary) => resolve(isBinary ? data : (data as Buffer).toString())),
      );
      client.send(message);
      if (new URL(url).pathname === '/echo') expect(await answer).toEqual(message);
      else expect(JSON.parse((await answer) as string)).toHaveProperty('type');
    }
    client.terminate();
  });
});

function messagesOf(request: Request, scope: ReturnType<typeof fileScope>): (string | Buffer)[] {
  return request.steps.flatMap((step) => {
    const message = stepMessage(step, scope);
    if (message.kind === 'text') return message.text;
    if (message.kind !== 'file') return [];
    const data = readFileSync(join(folder, message.path));
    if (message.as === 'binary') return data;
    const text = fileText(data.toString('utf8'), message.range, scope);
    if ('problems' in text) throw new Error(text.problems[0]!.message);
    return text.text;
  });
}
