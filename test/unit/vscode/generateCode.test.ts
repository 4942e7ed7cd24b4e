import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Program } from '../../../src/core/codegen/program.ts';
import { generateCode } from '../../../src/vscode/exports/generateCode.ts';
import { env, Uri, window, workspace } from './support/fakeVscode.ts';
import { fakeLog } from './support/fakeLog.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const PROGRAM: Program = {
  ...{ name: 'Hello', url: ['ws://h/'], headers: [], origin: undefined, subprotocols: [], insecure: false },
  ...{ ca: [], cert: '', key: '', proxy: undefined, handshakeTimeout: 1000, variables: [], left: [] },
  steps: [
    {
      ...{ title: 'ping', wait: undefined, expects: [], captures: [], delay: 0, left: [] },
      ...{ repeat: { count: 1, every: 0 }, act: { kind: 'ping', data: new Uint8Array() } },
    },
  ],
};
const NO_PING = 'step 1: This client cannot send a ping.';
const FOLDER = Uri.file('/work/requests');

const describeIt = vi.fn(async (_protocol: string | undefined) => PROGRAM);
const generate = (choice?: { target?: unknown; action?: unknown }) =>
  generateCode({ log: fakeLog().log }, describeIt, FOLDER as never, choice);

/** Chooses these rows, one quick pick after the other, by their labels; undefined dismisses one. */
function choose(...labels: readonly (string | undefined)[]): void {
  for (const label of labels)
    window.showQuickPick.mockImplementationOnce((async (items: readonly { label: string }[]) => {
      const item = items.find((each) => each.label === label);
      if (label !== undefined && !item) throw new Error(`no row ${label}`);
      return item;
    }) as never);
}

const writtenText = (): string => {
  const [, bytes] = workspace.fs.writeFile.mock.calls[0]!;
  return new TextDecoder().decode(bytes);
};

beforeEach(() => {
  vi.clearAllMocks();
  workspace.fs.stat.mockReset();
  workspace.fs.stat.mockRejectedValue(new Error('not found'));
});

describe('what is done with a program', () => {
  it('is asked for after the client: it opens unsaved', async () => {
    choose('Go (coder/websocket)', 'Open as an Unsaved Document');
    workspace.openTextDocument.mockResolvedValueOnce({ uri: Uri.of('untitled', 'Untitled-1') });
    expect(await generate()).toBe('untitled://Untitled-1');
    expect(workspace.openTextDocument).toHaveBeenCalledWith({
      language: 'go',
      content: expect.stringContaining('package main') as string,
    });
    expect(window.showTextDocument).toHaveBeenCalledTimes(1);
    expect(window.showInformationMessage).toHaveBeenCalledWith(NO_PING, 'Show');
  });

  it('goes to the clipboard, and to no file', async () => {
    choose('Node.js (ws)', 'Copy to the Clipboard');
    expect(await generate()).toBeUndefined();
    expect(env.clipboard.writeText).toHaveBeenCalledWith(
      expect.stringContaining("import WebSocket from 'ws';"),
    );
    expect(window.setStatusBarMessage).toHaveBeenCalledWith('Copied Node.js (ws)', expect.any(Number));
    expect(workspace.openTextDocument).not.toHaveBeenCalled();
    expect(workspace.fs.writeFile).not.toHaveBeenCalled();
  });

  it('is written to the file of the dialog, which begins with the name of the client beside the request', async () => {
    choose('Java (Java-WebSocket)', 'Write to a File…');
    window.showSaveDialog.mockResolvedValueOnce(Uri.file('/work/Main.java'));
    // The dialog has asked whether to take it.
    workspace.fs.stat.mockResolvedValue({ size: 1, type: 1 });
    expect(await generate()).toBe('file:///work/Main.java');
    const [options] = window.showSaveDialog.mock.calls[0] as unknown as [{ defaultUri: Uri }];
    expect(options.defaultUri.path).toBe('/work/requests/Main.java');
    expect(writtenText()).toContain('public class Main');
    expect(window.showInformationMessage).toHaveBeenCalledWith(
      'The program was written to Main.java.',
      'Open',
    );
  });

  it('is nothing if a list or the dialog is dismissed', async () => {
    choose(undefined);
    expect(await generate()).toBeUndefined();
    choose('wscat', undefined);
    expect(await generate()).toBeUndefined();
    choose('wscat', 'Write to a File…');
    expect(await generate()).toBeUndefined();
    expect(workspace.fs.writeFile).not.toHaveBeenCalled();
    expect(window.showInformationMessage).not.toHaveBeenCalled();
  });
});

describe('a caller', () => {
  it('names the client and the action, and is asked nothing', async () => {
    workspace.openTextDocument.mockResolvedValueOnce({ uri: Uri.of('untitled', 'Untitled-1') });
    expect(await generate({ target: 'node-ws' })).toBe('untitled://Untitled-1');
    await generate({ target: 'node-ws', action: 'copy' });
    expect(env.clipboard.writeText).toHaveBeenCalledTimes(1);
    const file = Uri.file('/work/new.mjs');
    expect(await generate({ target: 'node-ws', action: file })).toBe('file:///work/new.mjs');
    expect(writtenText()).toContain('Hello: written by Duplex');
    expect(window.showQuickPick).not.toHaveBeenCalled();
    expect(window.showSaveDialog).not.toHaveBeenCalled();
  });

  it('writes no file that exists', async () => {
    workspace.fs.stat.mockResolvedValue({ size: 1, type: 1 });
    await expect(generate({ target: 'node-ws', action: Uri.file('/work/old.mjs') })).rejects.toMatchObject({
      code: 'call.invalid',
      message: '/work/old.mjs exists: choose the name of a new file.',
    });
    expect(workspace.fs.writeFile).not.toHaveBeenCalled();
  });

  it.each([
    [{ target: 'cobol' }, 'There is no such target: use one of node-ws, browser,'],
    [
      { target: 'node-ws', action: 'print' },
      'The destination of the program must be “open”, “copy” or the URI of a new file.',
    ],
  ])('gets a sentence for %j', async (choice, sentence) => {
    await expect(generate(choice)).rejects.toMatchObject({
      code: 'call.invalid',
      message: expect.stringContaining(sentence) as string,
    });
    expect(describeIt).not.toHaveBeenCalled();
  });

  it('gets a program of the protocol that the client speaks', async () => {
    await generate({ target: 'socket.io-client', action: 'copy' });
    await generate({ target: 'node-ws', action: 'copy' });
    expect(describeIt.mock.calls).toEqual([['socket.io'], [undefined]]);
  });
});
