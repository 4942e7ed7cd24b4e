import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../src/core/request/plan/analyzeRequestFile.ts';
import { runRequest } from '../../src/core/request/run/runRequest.ts';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { testEngine } from '../support/engine.ts';
import { placed, runPorts } from '../support/runs.ts';

// A newcomer opens the examples first, so each of their requests must pass against the demo server.
const folder = join(import.meta.dirname, '../../examples');
const names = readdirSync(folder).filter((name) => /\.(ws|http)$/.test(name));
const examples = names.map((name) => {
  const source = readFileSync(join(folder, name), 'utf8');
  const kind = extname(name) === '.http' ? 'http' : 'ws';
  return { name, source, kind, file: analyzeRequestFile(source, kind) } as const;
});

test.each(examples)('$name has nothing to be said against it', ({ file }) => {
  // A hint that another client fills in values at another time is not a fault of the file.
  const faults = file.diagnostics.filter(({ severity }) => severity !== 'hint');
  expect(faults).toEqual([]);
  expect(file.requests.length).toBeGreaterThan(0);
});

describe('against the demo server', () => {
  let server: DemoServer;
  beforeAll(async () => {
    server = await startDemoServer({ port: 0 });
  });
  afterAll(() => server.close());

  const requests = examples.flatMap(({ file, ...example }) =>
    file.requests.map((request) => ({
      title: `${example.name}: ${request.name?.text}`,
      ...example,
      request,
    })),
  );

  test.each(requests)('$title runs and passes', async ({ source, kind, request }) => {
    expect(source).toContain('localhost:8080');
    const here = source.replaceAll('localhost:8080', server.url.replace('ws://', ''));
    const { engine, errors } = await testEngine();
    const run = placed(analyzeRequestFile(here, kind), folder)[request.index]!;
    const result = await runRequest(run, runPorts(engine));
    expect(result.failure).toBeUndefined();
    expect(result.status).toBe('passed');
    expect(errors).toEqual([]);
  });
});
