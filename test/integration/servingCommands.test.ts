import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { TextDocument } from 'vscode';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import { guarded } from '../../src/vscode/report.ts';
import { requestFile } from '../../src/vscode/requestFiles/requestDocuments.ts';
import { requestCodeLenses } from '../../src/vscode/requestFiles/requestCodeLenses.ts';
import { Uri, window, workspace } from '../unit/vscode/support/fakeVscode.ts';
import { EXAMPLE_REQUESTS, runExample } from './exampleRequests.ts';
import { root, log, servers, demo, run, documents, given, answer, refuses, echo } from './servingWindow.ts';

// A test in the host cannot answer a modal dialog, and its workspace is trusted. Here both are given; what listens is real.

vi.mock('vscode', async () => ({
  ...(await import('../unit/vscode/support/fakeVscode.ts')),
  Range: class {
    constructor(readonly line: number) {}
    get start(): { line: number } {
      return { line: this.line };
    }
  },
  CodeLens: class {
    constructor(
      readonly range: unknown,
      readonly command: unknown,
    ) {}
  },
}));

const CONNECTABLE = expect.stringMatching(/is not an address of this machine alone: others in the network/);

describe('a block that others than this machine could connect to', () => {
  const serve = run['duplex.serve']!;

  test.each(['0.0.0.0', '[::]', '192.0.2.1', 'duplex.invalid'])(
    'asks first by a modal dialog at %s, and does not listen when it is cancelled',
    async (host) => {
      const uri = given('/open.ws', echo(`SERVE ws://${host}:0/`));
      expect(await serve(uri)).toEqual([]);
      expect(window.showWarningMessage).toHaveBeenCalledExactlyOnceWith(
        CONNECTABLE,
        { modal: true },
        'Listen',
      );
      expect(servers.all).toEqual([]);
    },
  );

  test('has no question for an address of this machine alone', async () => {
    for (const host of ['127.0.0.1', 'localhost', '127.0.0.2', 'LOCALHOST'])
      expect(await serve(given(`/${host}.ws`, echo(`SERVE ws://${host}:0/`)))).toHaveLength(1);
    expect(window.showWarningMessage).not.toHaveBeenCalled();
  });

  test('leaves its port free while it asks, and listens there when it is accepted', async () => {
    const [first] = (await serve(given('/a.ws', echo('SERVE ws://127.0.0.1:0/')))) as string[];
    const { port } = new URL(first!);
    await servers.stopAll();
    const here = `ws://127.0.0.1:${port}/`;
    window.showWarningMessage.mockImplementationOnce(async () => {
      await refuses(here);
      return 'Listen';
    });
    expect(await serve(given('/open.ws', echo(`SERVE ws://0.0.0.0:${port}/`)))).toHaveLength(1);
    expect(await answer(here, 'hello')).toBe('hello');
    const address = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && each.internal)!.address;
    expect(await answer(`ws://${address}:${port}/`, 'again')).toBe('again');
    await run['duplex.stopAllServers']!();
    await refuses(here);
  });

  test('is asked for once, also if it is served again meanwhile, and again after a cancel', async () => {
    const uri = given('/open.ws', echo('SERVE ws://0.0.0.0:0/'));
    let cancel = (): void => expect.fail('nothing was asked');
    window.showWarningMessage.mockImplementationOnce(
      () => new Promise((resolve) => (cancel = () => resolve(undefined))),
    );
    const both = Promise.all([serve(uri), serve(uri)]);
    await vi.waitFor(() => expect(window.showWarningMessage).toHaveBeenCalled(), 10_000);
    cancel();
    expect(await both).toEqual([[], []]);
    window.showWarningMessage.mockResolvedValueOnce('Listen');
    expect(await serve(uri)).toHaveLength(1);
    expect(window.showWarningMessage).toHaveBeenCalledTimes(2);
  });

  test('keeps no other block of its file from listening', async () => {
    const file = `${echo('SERVE ws://0.0.0.0:0/')}### b\n${echo('SERVE ws://127.0.0.1:0/mine')}`;
    const [url, ...more] = (await serve(given('/two.ws', file))) as string[];
    expect(more).toEqual([]);
    expect(await answer(url!, 'hello')).toBe('hello');
  });

  test('may be a proxy: cancelled it does not listen, accepted it passes on', async () => {
    const target = await startDemoServer({ port: 0, host: '127.0.0.1', onFault: () => {} });
    const uri = given('/proxy.ws', `PROXY ws://0.0.0.0:0 -> ${target.url}\n`);
    expect(await serve(uri)).toEqual([]);
    expect(servers.all).toEqual([]);
    expect(window.showInformationMessage).not.toHaveBeenCalled();
    window.showWarningMessage.mockResolvedValueOnce('Listen');
    const [url] = (await serve(uri)) as string[];
    expect(window.showWarningMessage).toHaveBeenLastCalledWith(CONNECTABLE, { modal: true }, 'Listen');
    expect(await answer(`ws://127.0.0.1:${new URL(url!).port}/echo`, 'hello')).toBe('hello');
    await servers.stopAll();
    await target.close();
  });
});

describe('a client that is refused', () => {
  test('is listed below its server with the reason, the latest first, up to a number', async () => {
    const file = given('/refusing.ws', `# @status 403\nSERVE ws://127.0.0.1:0/closed\n\nNo.\n`);
    const [url] = (await run['duplex.serve']!(file)) as string[];
    const knock = async (target: string): Promise<void> => {
      const client = new WebSocket(target);
      await once(client, 'error');
    };
    await knock(`${url}?first`);
    for (let count = 0; count < 20; count++) await knock(url!);
    await knock(`${url}/elsewhere`);
    const [server] = servers.all;
    await expect.poll(() => server!.refused[0]?.status).toBe(404);
    expect(server!.refused).toHaveLength(20);
    expect(server!.refused[0]).toMatchObject({
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      target: '/closed/elsewhere',
      reason: expect.stringContaining('Paths of this server: /closed'),
    });
    expect(server!.refused[1]).toMatchObject({
      target: '/closed',
      status: 403,
      reason: 'the block says so (line 1).',
    });
    expect(server!.sessions).toEqual([]);
    expect(servers.ofRefused(server!.refused[0]!)).toBe(server);
  });
});

describe('in Restricted Mode', () => {
  const WHY = 'Duplex does not listen in Restricted Mode: trust this workspace first.';

  test.each<[string, readonly unknown[]]>([
    ['serve', [Uri.file('/a.ws')]],
    ['serve', [Uri.file('/a.ws'), 0]],
    ['startProxy', []],
    ['startProxy', ['ws://127.0.0.1:9']],
    ['startDemoServer', []],
    ['serveExample', []],
    ['serveExample', ['json-rpc-calculator.ws']],
    ['serveRecording', []],
    ['serveRecording', ['/recording']],
  ])('%s %j starts nothing, asks nothing, and says why in one sentence', async (id, args) => {
    given('/a.ws', echo('SERVE ws://127.0.0.1:0/'));
    workspace.isTrusted = false;
    expect(await guarded(() => run[`duplex.${id}`]!(...args), log)).toBeUndefined();
    expect(window.showErrorMessage).toHaveBeenCalledExactlyOnceWith(WHY, 'Manage Workspace Trust');
    expect([servers.all, demo.url]).toEqual([[], undefined]);
    for (const asks of [
      window.showInputBox,
      window.showQuickPick,
      window.showOpenDialog,
      window.showWarningMessage,
    ])
      expect(asks).not.toHaveBeenCalled();
  });

  test('the lens of a block starts nothing either', async () => {
    const uri = given('/a.ws', echo('SERVE ws://127.0.0.1:0/'));
    const still = { onDidChange: () => () => undefined };
    const lenses = requestCodeLenses(still as never, still as never, servers);
    workspace.isTrusted = false;
    const [lens] = (await lenses.provideCodeLenses(documents.get(uri.path) as never, {} as never)) ?? [];
    const { command, arguments: args = [] } = lens!.command!;
    expect(command).toBe('duplex.serve');
    await expect(run[command]!(...(args as unknown[]))).rejects.toThrow(WHY);
    workspace.isTrusted = true;
    expect(await run[command]!(...(args as unknown[]))).toHaveLength(1);
    lenses.dispose();
  });

  test('nothing listens by the servers themselves', async () => {
    const uri = given('/a.ws', echo('SERVE ws://127.0.0.1:0/'));
    const file = requestFile(documents.get(uri.path) as TextDocument)!;
    workspace.isTrusted = false;
    await expect(servers.proxy('ws://127.0.0.1:9', 0)).rejects.toThrow(WHY);
    await expect(servers.replay('/recording', 1, vi.fn(), vi.fn())).rejects.toThrow(WHY);
    const placed = { uri: uri.toString(), file, request: file.servers[0]! };
    await expect(servers.serve(placed)).rejects.toThrow(WHY);
    expect(servers.all).toEqual([]);
  });
});

describe('Serve Example', () => {
  const folder = join(root, 'examples/servers');
  const serveExample = run['duplex.serveExample']!;
  const names = readdirSync(folder);

  beforeEach(() => {
    workspace.fs.readDirectory.mockResolvedValue([...names, 'readme.md'].map((name) => [name, 1]));
    for (const name of names)
      // Free ports: another program may use those of the examples.
      given(
        `${root}/examples/servers/${name}`,
        readFileSync(join(folder, name), 'utf8').replace(/(?<=127\.0\.0\.1):\d{4}\b/g, ':0'),
      );
  });

  test('offers the demo server and each request file of the examples, and starts none if the user cancels', async () => {
    expect(await serveExample()).toBeUndefined();
    expect(window.showQuickPick).toHaveBeenCalledExactlyOnceWith(['Demo Server', ...names], {
      placeHolder: 'Which server?',
    });
    expect([servers.all, demo.url]).toEqual([[], undefined]);
  });

  test('serves the chosen one, shows its file, answers a client, and is stopped', async () => {
    window.showQuickPick.mockResolvedValueOnce('json-rpc-calculator.ws');
    const [url] = (await serveExample()) as string[];
    expect(window.showTextDocument).toHaveBeenCalledTimes(1);
    const asked = { jsonrpc: '2.0', id: 7, method: 'add', params: [1, 2] };
    expect(JSON.parse(await answer(url!, JSON.stringify(asked)))).toEqual({
      jsonrpc: '2.0',
      id: 7,
      result: 3,
    });
    await run['duplex.stopServer']!(servers.all[0]);
    expect(servers.all).toEqual([]);
    await refuses(url!);
  });

  test.each(EXAMPLE_REQUESTS)('%s answers the requests of its protocol', async (name, requests) => {
    window.showQuickPick.mockResolvedValueOnce(name);
    const [url] = (await serveExample()) as string[];
    const result = await runExample(name, requests, url!);
    expect(result.stdout).not.toMatch(/fail/i);
    expect(result.status).toBe(0);
    expect(servers.all[0]!.sessions.length).toBeGreaterThan(0);
  });

  test('flaky-backend.ws listens with all its paths, and one that refuses lists who came', async () => {
    window.showQuickPick.mockResolvedValueOnce('flaky-backend.ws');
    const urls = (await serveExample()) as string[];
    expect(urls.map((url) => new URL(url).pathname)).toEqual(['/restarts', '/busy', '/slow', '/silent']);
    const restarted = new WebSocket(urls[0]!);
    expect((await once(restarted, 'close'))[0]).toBe(1012);
    const [error] = (await once(new WebSocket(urls[1]!), 'error')) as [Error];
    expect(error.message).toMatch(/503/);
    await expect
      .poll(() => servers.all.map(({ refused }) => refused[0]?.status))
      .toEqual([undefined, 503, undefined, undefined]);
    expect(await answer(urls[2]!, 'slowly')).toBe('slowly');
  });

  test('is offered after the start of the demo server', async () => {
    window.showInformationMessage.mockImplementationOnce(async (...shown: unknown[]) =>
      shown.find((each) => each === 'Serve Example…'),
    );
    window.showQuickPick.mockResolvedValueOnce('json-rpc-calculator.ws');
    const url = (await run['duplex.startDemoServer']!()) as string;
    expect(await answer(`${url}/echo`, 'hello')).toBe('hello');
    await expect.poll(() => servers.all.map(({ name }) => name)).toEqual(['calculator']);
  });

  test('starts the demo server if it is chosen', async () => {
    window.showQuickPick.mockResolvedValueOnce('Demo Server');
    const url = (await serveExample()) as string;
    expect(await answer(`${url}/echo`, 'hello')).toBe('hello');
    await run['duplex.stopDemoServer']!();
    await refuses(url);
  });

  test('takes the name of an example from a keybinding, and asks for any other', async () => {
    expect(await serveExample('bad-network.ws')).toHaveLength(4);
    expect(window.showQuickPick).not.toHaveBeenCalled();
    for (const other of ['../requests/echo.ws', 'readme.md', 7])
      expect(await serveExample(other)).toBeUndefined();
    expect(window.showQuickPick).toHaveBeenCalledTimes(3);
  });
});
