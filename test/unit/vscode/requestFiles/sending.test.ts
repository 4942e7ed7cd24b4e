import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createFileScope } from '../../../../src/core/request/variables/scope.ts';
import { analyzeRequestFile } from '../../../../src/core/request/plan/analyzeRequestFile.ts';
import { KNOWN_AT_RUN, SAMPLE_PORTS } from '../../../../src/core/request/variables/value.ts';
import { requestCommands, stepAct } from '../../../../src/vscode/requestFiles/requestCommands.ts';
import { RequestSessions } from '../../../../src/vscode/requestFiles/requestSessions.ts';
import { directTypes } from '../support/directTypes.ts';
import { fakeLog } from '../support/fakeLog.ts';
import { fakeDocument } from './support/fakeDocument.ts';
import { Uri, window, workspace } from './support/fakeEditor.ts';
import { fakeScopes } from './support/fakeScopes.ts';
import { fakeOpener } from './support/fakeRequestSession.ts';

vi.mock('vscode', () => import('./support/fakeEditor.ts'));

const editor = window as typeof window & { activeTextEditor?: unknown; showTextDocument?: unknown };
const bytes = (text: string) => new TextEncoder().encode(text);

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
  workspace.fs.readFile.mockResolvedValue(new Uint8Array());
  editor.activeTextEditor = undefined;
});

describe('the message of a step', () => {
  const act = (step: string, uri = 'file:///folder/a.ws') => {
    const file = analyzeRequestFile(`@name = value\nWEBSOCKET ws://localhost\n\n===\n${step}`);
    const scope = createFileScope(file.variables, SAMPLE_PORTS);
    return stepAct(Uri.parse(uri) as never, file.requests[0]!.steps[0]!, scope, directTypes);
  };
  const send = async (step: string, uri?: string) => {
    const done = await act(step, uri);
    return done.kind === 'message' ? done.message : done;
  };

  test('may be a ping or a close', async () => {
    expect(await act('# @ping {{name}}')).toEqual({ kind: 'ping', data: bytes('value') });
    expect(await act('# @close 3001 {{name}}')).toEqual({ kind: 'close', code: 3001, reason: 'value' });
  });

  test('is its text in UTF-8', async () => {
    expect(await send('ä {{name}}')).toEqual({ kind: 'text', data: bytes('ä value') });
  });

  test('is the unchanged bytes of a file', async () => {
    const data = new Uint8Array([0, 255, 10, 13]);
    workspace.fs.readFile.mockResolvedValue(data);
    expect(await send('< ./{{name}}.bin')).toEqual({ kind: 'binary', data });
    expect(workspace.fs.readFile.mock.calls[0]![0].toString()).toBe('file:///folder/value.bin');
  });

  test('is the text of a file with its variables filled in', async () => {
    workspace.fs.readFile.mockResolvedValue(bytes('{"a": "{{name}}"}\r\n'));
    expect(await send('<@ ./a.json')).toEqual({ kind: 'text', data: bytes('{"a": "value"}\r\n') });
  });

  test('is bytes or escaped text by the directive of the step, also for the text of a file', async () => {
    expect(await send('# @binary hex\n00 ff')).toEqual({ kind: 'binary', data: Uint8Array.of(0, 255) });
    expect(await send('# @escape\n{{name}}\\0')).toEqual({ kind: 'text', data: bytes('value\0') });
    workspace.fs.readFile.mockResolvedValue(bytes('AAEC'));
    expect(await send('# @binary base64\n<@ ./a.txt')).toEqual({
      kind: 'binary',
      data: Uint8Array.of(0, 1, 2),
    });
  });

  test('is refused for a step with a verb, with or without a payload', async () => {
    const verb = (step: string) => {
      const source = `# @protocol json-rpc\nWEBSOCKET ws://localhost\n\n${step}`;
      const file = analyzeRequestFile(source);
      expect(file.diagnostics).toEqual([]);
      return stepAct(
        Uri.parse('file:///a.ws') as never,
        file.requests[0]!.steps[0]!,
        createFileScope([], SAMPLE_PORTS),
        directTypes,
      );
    };
    await expect(verb('# @call add\n[1, 2]')).rejects.toThrow(
      'This verb needs the protocol of its request: run the whole request.',
    );
    await expect(verb('# @notify tick')).rejects.toMatchObject({ code: 'call.invalid' });
    expect(await verb('{"a": 1}')).toEqual({
      kind: 'message',
      message: { kind: 'text', data: bytes('{"a": 1}') },
    });
  });

  test('is refused if it needs the capture of an earlier step', async () => {
    const file = analyzeRequestFile('WEBSOCKET ws://h\n\n=== wait-for-server\n# @capture id = $.id\n{{id}}');
    const scope = createFileScope(file.variables, SAMPLE_PORTS);
    scope.capture('id', KNOWN_AT_RUN);
    await expect(
      stepAct(Uri.parse('file:///a.ws') as never, file.requests[0]!.steps[0]!, scope, directTypes),
    ).rejects.toThrow('run the whole request');
  });

  test('names the file that cannot be read, and why', async () => {
    workspace.fs.readFile.mockRejectedValue(new Error('ENOENT'));
    await expect(send('< ./no.bin')).rejects.toMatchObject({
      code: 'disk.denied',
      message: expect.stringContaining('/folder/no.bin cannot be read (ENOENT)') as string,
    });
  });

  test('recommends bytes if a file is not text', async () => {
    workspace.fs.readFile.mockResolvedValue(new Uint8Array([0xff]));
    await expect(send('<@ ./a.bin')).rejects.toThrow('a.bin is not UTF-8 text: send its bytes with <');
  });

  test('names the variable of a file that has no value', async () => {
    workspace.fs.readFile.mockResolvedValue(bytes('{{missing}}'));
    await expect(send('<@ ./a.json')).rejects.toMatchObject({ code: 'file.invalid' });
  });

  test('needs a saved file for a relative path', async () => {
    await expect(send('< ./a.bin', 'untitled:Untitled-1')).rejects.toThrow('save the request file first');
    expect(workspace.fs.readFile).not.toHaveBeenCalled();
  });

  test('is refused if it cannot be text, or does not exist', async () => {
    await expect(send('\uD800')).rejects.toThrow('cannot be sent as UTF-8');
    await expect(send('# nothing')).rejects.toThrow('sends nothing');
  });
});

describe('the commands', () => {
  const source = [
    '### a',
    'WEBSOCKET ws://localhost/a',
    '',
    'one',
    '===',
    'two',
    '### b',
    'WEBSOCKET ws://localhost/b',
    '',
    '{{x}}',
  ];

  function setUp(document = fakeDocument(source.join('\n'))) {
    const fake = fakeOpener();
    const sessions = new RequestSessions(fake.opener, fakeScopes(SAMPLE_PORTS));
    const { log } = fakeLog();
    const commands = requestCommands({ log, engine: { schemas: directTypes } }, sessions);
    workspace.openTextDocument.mockResolvedValue(document);
    const at = (line: number): void => {
      editor.activeTextEditor = { document, selection: { active: { line } } };
    };
    const run = async (name: string, ...args: unknown[]): Promise<unknown> => {
      const running = commands[`duplex.${name}`]!(...args);
      let over = false;
      running.then(
        () => (over = true),
        () => (over = true),
      );
      await vi.waitFor(() =>
        expect(over || fake.made.some((one) => one.summary.state === 'idle')).toBe(true),
      );
      if (!over) await fake.end('open');
      return running;
    };
    return { ...fake, document, at, run, uri: document.uri.toString() };
  }

  test('connect the given request', async () => {
    const { run, opener, made, uri } = setUp();
    expect(await run('connectRequest', uri, 0)).toBe(made[0]!.id);
    expect(opener.open).toHaveBeenCalledWith({ url: 'ws://localhost/a' }, 'a', expect.anything());
  });

  test('accept a name for a request, and a text for a URI', async () => {
    const { run, opener } = setUp();
    await run('connectRequest', Uri.parse('file:///folder/requests.ws'), 'a');
    expect(opener.open).toHaveBeenCalledOnce();
  });

  test('connect the request at the cursor', async () => {
    const { run, opener, at } = setUp();
    at(3);
    await run('connectRequest');
    expect(opener.open).toHaveBeenCalledWith({ url: 'ws://localhost/a' }, 'a', expect.anything());
  });

  test('send one message, and only that', async () => {
    const { run, made, uri } = setUp();
    expect(await run('sendRequestMessage', uri, 0, 1)).toBe(made[0]!.id);
    expect(made[0]!.sent).toEqual([{ kind: 'text', data: bytes('two') }]);
  });

  test('send the message at the cursor', async () => {
    const { run, made, at } = setUp();
    at(5);
    await run('sendRequestMessage');
    expect(made[0]!.sent).toEqual([{ kind: 'text', data: bytes('two') }]);
  });

  test('connect and read nothing in Restricted Mode, and offer to manage trust', async () => {
    workspace.isTrusted = false;
    const { run, opener, uri } = setUp(fakeDocument('WEBSOCKET ws://localhost\n\n< ./a.bin'));
    expect(await run('sendRequestMessage', uri, 0, 0)).toBeUndefined();
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      expect.stringContaining('Restricted Mode'),
      'Manage Workspace Trust',
    );
    expect(opener.open).not.toHaveBeenCalled();
    expect(workspace.fs.readFile).not.toHaveBeenCalled();
    expect(workspace.openTextDocument).not.toHaveBeenCalled();
  });

  test('show the error of a request that has one', async () => {
    const { run, uri, document, opener } = setUp();
    editor.showTextDocument = vi.fn(async () => undefined);
    window.showErrorMessage.mockResolvedValueOnce('Go to Error');
    expect(await run('connectRequest', uri, 1)).toBeUndefined();
    expect(window.showErrorMessage).toHaveBeenCalledWith(
      expect.stringMatching(/^Line 10: .*\{\{x\}\} has no value/),
      'Go to Error',
    );
    await vi.waitFor(() => expect(editor.showTextDocument).toHaveBeenCalledOnce());
    expect(editor.showTextDocument).toHaveBeenCalledWith(document, {
      selection: expect.objectContaining({ active: { line: 9, character: 0 } }) as unknown,
    });
    expect(opener.open).not.toHaveBeenCalled();
  });

  test.each<[string, string, unknown[]]>([
    ['a request that is gone', 'has no request 7', [7]],
    ['a request of an unknown name', 'has no request "c"', ['c']],
    ['no place where none is', 'no request at the cursor', []],
  ])('report %s', async (_, message, which) => {
    const { run, uri } = setUp();
    expect(await run('connectRequest', uri, ...which)).toBeUndefined();
    expect(window.showErrorMessage).toHaveBeenCalledWith(expect.stringContaining(message));
  });

  test('report a step that does not exist any more', async () => {
    const { run, uri } = setUp();
    await run('sendRequestMessage', uri, 0, 9);
    expect(window.showErrorMessage).toHaveBeenCalledWith(expect.stringContaining('has no message 9'));
  });

  test('report a wrong argument, and that no request file is open', async () => {
    const { run } = setUp();
    await run('connectRequest');
    expect(window.showErrorMessage).toHaveBeenCalledWith(expect.stringContaining('No request file is open'));
    await run('connectRequest', 7);
    expect(window.showErrorMessage).toHaveBeenLastCalledWith(expect.stringContaining('must be the URI'));
  });

  test('return undefined if the connection fails', async () => {
    const { opener, uri } = setUp();
    const fake = fakeOpener();
    const commands = requestCommands(
      { log: fakeLog().log, engine: { schemas: directTypes } },
      new RequestSessions(fake.opener, fakeScopes(SAMPLE_PORTS)),
    );
    const sending = commands['duplex.sendRequestMessage']!(uri, 0, 0);
    await vi.waitFor(() => expect(fake.made).toHaveLength(1));
    await fake.end('failed');
    expect(await sending).toBeUndefined();
    expect(fake.made[0]!.sent).toEqual([]);
    expect(opener.open).not.toHaveBeenCalled();
  });
});
