import type { CancellationToken, CodeLens, DocumentLink, TextDocument } from 'vscode';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PlacedRequest } from '../../../../src/core/request/run/runPorts.ts';
import type { RunningServer } from '../../../../src/vscode/servers/servers.ts';
import { requestCodeLenses } from '../../../../src/vscode/requestFiles/requestCodeLenses.ts';
import { createRequestDiagnostics } from '../../../../src/vscode/requestFiles/requestDiagnostics.ts';
import { requestFile, requestFileKind } from '../../../../src/vscode/requestFiles/requestDocuments.ts';
import { requestFolding, requestLinks } from '../../../../src/vscode/requestFiles/language/treeProviders.ts';
import { SAMPLE_PORTS } from '../../../../src/core/request/variables/value.ts';
import { RequestRuns } from '../../../../src/vscode/runs/requestRuns.ts';
import { RequestSessions } from '../../../../src/vscode/requestFiles/requestSessions.ts';
import { fakeDocument } from './support/fakeDocument.ts';
import { documents, published, workspace } from './support/fakeEditor.ts';
import { fakeLog } from '../support/fakeLog.ts';
import { fakeEnvironments, fakeScopes } from './support/fakeScopes.ts';
import { fakeOpener } from './support/fakeRequestSession.ts';

vi.mock('vscode', () => import('./support/fakeEditor.ts'));

const token = {} as CancellationToken;

describe('a request file', () => {
  test.each([
    ['file:///a.ws', 'websocket-request', 'ws'],
    ['untitled:Untitled-1', 'websocket-request', 'ws'],
    ['file:///a.http', 'http', 'http'],
    ['file:///a.REST', 'plaintext', 'http'],
    ['file:///a.ts', 'typescript', undefined],
    ['git:///a.ws', 'websocket-request', undefined],
  ])('has a kind by its name and language: %s, %s, %s', (uri, language, kind) => {
    expect(requestFileKind(fakeDocument('', uri, language))).toBe(kind);
  });

  test('is parsed once per version', () => {
    const document = fakeDocument('WEBSOCKET ws://localhost');
    const getText = vi.spyOn(document, 'getText');
    const file = requestFile(document);
    expect(requestFile(document)).toBe(file);
    expect(getText).toHaveBeenCalledOnce();
    document.change('WEBSOCKET ws://localhost/b');
    expect(requestFile(document)).not.toBe(file);
  });
});

/** Until the environments of a document are known. */
const settled = () => vi.advanceTimersByTimeAsync(0);

describe('diagnostics', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    workspace.textDocuments = [];
  });

  const codes = (document: TextDocument) => published.get(document.uri.toString())?.map(({ code }) => code);

  test('appear in documents that were already open', async () => {
    const document = fakeDocument('# @decode x\nWEBSOCKET wss://localhost');
    workspace.textDocuments = [document, fakeDocument('x', 'file:///a.txt')];
    const diagnostics = createRequestDiagnostics(fakeEnvironments().environments, fakeLog().log);
    await settled();
    expect([...published.keys()]).toEqual([document.uri.toString()]);
    const [diagnostic] = published.get(document.uri.toString())!;
    expect(diagnostic).toMatchObject({
      severity: 0,
      source: 'duplex',
      code: 'directive.argument',
      range: { start: { line: 0, character: 10 }, end: { line: 0, character: 11 } },
    });
    diagnostics.dispose();
    expect(published.size).toBe(0);
  });

  test('follow the edits after a pause in typing', async () => {
    const diagnostics = createRequestDiagnostics(fakeEnvironments().environments, fakeLog().log);
    const document = fakeDocument('WEBSOCKET ws://localhost');
    documents.opened.fire(document);
    await settled();
    expect(codes(document)).toEqual([]);
    for (const text of ['WEBSOCKET', 'WEBSOCKET h', 'WEBSOCKET http://localhost']) {
      document.change(text);
      documents.changed.fire({ document });
      vi.advanceTimersByTime(100);
    }
    expect(codes(document)).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(codes(document)).toEqual(['url.invalid']);
    diagnostics.dispose();
  });

  test('are removed with the document, even if it closes during typing', async () => {
    const diagnostics = createRequestDiagnostics(fakeEnvironments().environments, fakeLog().log);
    const document = fakeDocument('nonsense');
    documents.opened.fire(document);
    await settled();
    expect(codes(document)).toEqual(['target.expected']);
    documents.changed.fire({ document });
    documents.closed.fire(document);
    vi.advanceTimersByTime(1000);
    expect(codes(document)).toBeUndefined();
    diagnostics.dispose();
  });

  test('leave other requests of a .http file alone', async () => {
    const diagnostics = createRequestDiagnostics(fakeEnvironments().environments, fakeLog().log);
    const document = fakeDocument('# @foo\nGET http://x\n###\nWS ws://{{y}}', 'file:///a.http');
    documents.opened.fire(document);
    await settled();
    expect(codes(document)).toEqual(['portability', 'variable.unknown']);
    diagnostics.dispose();
  });
});

describe('the CodeLens', () => {
  const setUp = () => {
    const fake = fakeOpener();
    const sessions = new RequestSessions(fake.opener, fakeScopes(SAMPLE_PORTS));
    const runs = new RequestRuns(vi.fn(), vi.fn());
    const served = new Map<number, RunningServer>();
    const servers = {
      find: ({ request }: PlacedRequest) => served.get(request.target.range.start.line),
      onDidChange: () => ({ dispose: () => undefined }),
    };
    const provider = requestCodeLenses(sessions, runs, servers);
    const lenses = (document: TextDocument) => provider.provideCodeLenses(document, token) as CodeLens[];
    const shown = (document: TextDocument) =>
      lenses(document).map(({ range, command }) => `${range.start.line} ${command?.title}`);
    return { ...fake, sessions, provider, lenses, shown, served };
  };
  test('starts and stops a server, and counts what its rules and faults do', () => {
    const { shown, served } = setUp();
    const document = fakeDocument(
      [
        'SERVE ws://127.0.0.1:9000/a',
        '',
        '=== on-message',
        'pong',
        '###',
        'PROXY ws://127.0.0.1:9001 -> ws://localhost',
        '# @fault drop',
        '###',
        'SERVE nowhere',
      ].join('\n'),
    );
    expect(shown(document)).toEqual([
      '0 $(debug-start) Serve',
      '8 $(error) Not runnable: error in line 9',
      '5 $(debug-start) Start Proxy',
    ]);
    const running = {
      kind: 'server',
      name: 'a',
      url: 'ws://127.0.0.1:9000/a',
      sessions: [],
      refused: [],
    } as const;
    served.set(0, {
      ...running,
      fired: new Map([
        [2, 1],
        [99, 3],
      ]),
    });
    served.set(5, { ...running, kind: 'proxy', fired: new Map([[6, 2]]) });
    expect(shown(document)).toEqual([
      '0 $(debug-stop) Stop',
      '0 $(broadcast) ws://127.0.0.1:9000/a · 0 connected',
      '2 $(zap) Fired once',
      '8 $(error) Not runnable: error in line 9',
      '5 $(debug-stop) Stop',
      '5 $(broadcast) ws://127.0.0.1:9000/a · 0 connected',
      '6 $(zap) Fired 2 times',
    ]);
  });

  const source = [
    'WEBSOCKET ws://localhost',
    '',
    'one',
    '=== wait-for-server',
    '===',
    '# comment',
    '< ./two.bin',
    '###',
    'WS ws://{{x}}',
    '',
    'three',
  ].join('\n');

  test('offers Connect and Run above each target and Send above each message', () => {
    const { shown } = setUp();
    expect(shown(fakeDocument(source))).toEqual([
      '0 $(debug-start) Connect',
      '0 $(testing-run-icon) Run',
      '2 $(send) Send',
      '6 $(send) Send',
      '8 $(error) Not runnable: error in line 9',
    ]);
  });

  test('offers the action of each step, and nothing for a step that only waits', () => {
    const { shown } = setUp();
    const steps = ['WEBSOCKET ws://a', '', '=== wait-for-server', '===', '# @ping', '===', '# @close 1000'];
    expect(shown(fakeDocument(steps.join('\n'))).slice(2)).toEqual([
      '3 $(pulse) Ping',
      '5 $(debug-disconnect) Close',
    ]);
  });

  test('calls the commands with the file, the request and the step', () => {
    const { lenses } = setUp();
    const document = fakeDocument(source);
    const uri = document.uri.toString();
    expect(lenses(document).map(({ command }) => [command?.command, command?.arguments])).toEqual([
      ['duplex.connectRequest', [uri, 0]],
      ['duplex.runRequest', [uri, 0]],
      ['duplex.sendRequestMessage', [uri, 0, 0]],
      ['duplex.sendRequestMessage', [uri, 0, 2]],
      ['', undefined],
    ]);
  });

  test('shows that a request is connected, and updates when the connection ends', async () => {
    const { sessions, provider, shown, end, made } = setUp();
    const document = fakeDocument(source);
    const heard = vi.fn();
    provider.onDidChangeCodeLenses?.(heard);
    const file = requestFile(document)!;
    const connecting = sessions.connect({ uri: document.uri.toString(), file, request: file.requests[0]! });
    await end('open');
    await connecting;
    expect(shown(document)[0]).toBe('0 $(pass-filled) Connected');
    expect(heard).toHaveBeenCalled();
    made[0]!.become('closed');
    expect(shown(document)[0]).toBe('0 $(debug-start) Connect');
    provider.dispose();
  });

  test('leaves other documents and other requests alone', () => {
    const { shown } = setUp();
    expect(shown(fakeDocument(source, 'file:///a.txt'))).toEqual([]);
    expect(shown(fakeDocument('GET http://x\n\n{}\n###\nWEBSOCKET ws://x', 'file:///a.http'))).toEqual([
      '4 $(debug-start) Connect',
      '4 $(testing-run-icon) Run',
    ]);
  });
});

describe('links', () => {
  const links = (document: TextDocument) =>
    (requestLinks.provideDocumentLinks(document, token) as DocumentLink[]).map(
      ({ range, target }) => `${range.start.line}:${range.start.character} ${target?.toString()}`,
    );
  const head = '@dir = data\nWEBSOCKET ws://localhost\n\n';

  test('lead to the sent files', () => {
    const source = `${head}< ./a.bin\n===\n<@ ../{{dir}}/b c.json\n===\n< /tmp/d.bin\n===\n< {{missing}}\n===\ntext`;
    expect(links(fakeDocument(source))).toEqual([
      '3:2 file:///folder/a.bin',
      '5:3 file:///data/b c.json',
      '7:2 file:///tmp/d.bin',
    ]);
  });

  test('lead to schemas and certificates', () => {
    const source =
      '# @ca ./ca.pem\n# @cert client.pem\n# @key client.key\nWEBSOCKET wss://localhost\n\na\n=== wait-for-server\n# @expect $ schema ./a.schema.json';
    expect(links(fakeDocument(source))).toEqual([
      '0:6 file:///folder/ca.pem',
      '1:8 file:///folder/client.pem',
      '2:7 file:///folder/client.key',
      '7:19 file:///folder/a.schema.json',
    ]);
  });

  test('stay within the file system of the request file', () => {
    expect(links(fakeDocument(`${head}< /a.bin\n===\n< b.bin`, 'vscode-vfs:///repo/x.ws'))).toEqual([
      '3:2 vscode-vfs:///a.bin',
      '5:2 vscode-vfs:///repo/b.bin',
    ]);
  });

  test('do not exist in an unsaved file', () => {
    expect(links(fakeDocument(`${head}< ./a.bin`, 'untitled:Untitled-1', 'websocket-request'))).toEqual([]);
  });
});

describe('folding', () => {
  const folds = (source: string) => {
    const result = requestFolding.provideFoldingRanges(fakeDocument(source), {}, token) as {
      start: number;
      end: number;
    }[];
    return result.map(({ start, end }) => [start, end]);
  };

  test('is by ### and by the brackets of payloads', () => {
    const source = [
      '### a',
      'WEBSOCKET ws://localhost',
      '',
      '{',
      '  "a": [',
      '    1,',
      '    2',
      '  ],',
      '  "b": {}',
      '}',
      '',
      '### b',
      '',
      '### c',
      'WEBSOCKET ws://localhost',
    ].join('\n');
    expect(folds(source)).toEqual([
      [0, 9],
      [13, 14],
      [4, 6],
      [3, 8],
    ]);
  });

  test('ignores brackets that do not match', () => {
    expect(folds('WEBSOCKET ws://localhost\n\n}\n]\n{\n[\n1\n]')).toEqual([
      [0, 7],
      [5, 6],
    ]);
  });
});
