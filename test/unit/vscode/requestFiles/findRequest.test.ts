import { beforeEach, describe, expect, it, vi } from 'vitest';
import { findRequest, findRequestFile, findStep } from '../../../../src/vscode/requestFiles/findRequest.ts';
import { fakeDocument } from './support/fakeDocument.ts';
import { Uri, window, workspace } from './support/fakeEditor.ts';

vi.mock('vscode', () => import('./support/fakeEditor.ts'));

const editor = window as typeof window & { activeTextEditor?: unknown };

const SEVERAL = [
  ...['### one', 'WEBSOCKET ws://a', '', 'first', '===', 'second', ''],
  ...['### two', 'WEBSOCKET ws://b', ''],
  ...['### two', 'WEBSOCKET ws://c', ''],
  ...['### 1', 'WEBSOCKET ws://d', ''],
].join('\n');

/** Opens a document in the active editor, with the cursor on a line. */
function show(text: string, line = 0, uri?: string) {
  const document = fakeDocument(text, uri);
  editor.activeTextEditor = { document, selection: { active: { line } } };
  return document;
}

beforeEach(() => {
  editor.activeTextEditor = undefined;
  workspace.openTextDocument.mockReset();
});

const urlOf = async (file?: unknown, which?: unknown): Promise<string> => {
  const { request } = await findRequest(file, which);
  return request.target.url.parts.map(String).join('');
};

describe('the request of a command', () => {
  it.each([
    [0, 'ws://a'],
    [5, 'ws://a'],
    [7, 'ws://b'],
    [12, 'ws://c'],
    [99, 'ws://d'],
  ])('is the one at the cursor: line %i', async (line, url) => {
    show(SEVERAL, line);
    expect(await urlOf()).toBe(url);
  });

  it('does not exist above the first one', async () => {
    show(`# a comment\n\n\n${SEVERAL}`, 0);
    await expect(findRequest(undefined, undefined)).rejects.toMatchObject({
      code: 'call.invalid',
      message: 'There is no request at the cursor: put it into one.',
    });
  });

  it.each([
    ['one', 'ws://a'],
    ['two', 'ws://b'],
    [2, 'ws://c'],
    [1, 'ws://b'],
    ['1', 'ws://d'],
  ])('is the one with the given name: %j', async (which, url) => {
    show(SEVERAL);
    expect(await urlOf(undefined, which)).toBe(url);
  });

  it.each(['three', 9, -1, 1.5, null, true, {}, ['one'], '__proto__'])(
    'does not exist for the name %j, which the error quotes',
    async (which) => {
      show(SEVERAL);
      await expect(findRequest(undefined, which)).rejects.toMatchObject({
        code: 'call.invalid',
        message: `The request file has no request ${JSON.stringify(which)}: it was renamed or removed.`,
      });
    },
  );

  it('may be in a file given by its URI or its text', async () => {
    const document = fakeDocument('WEBSOCKET ws://other', 'file:///folder/other.ws');
    workspace.openTextDocument.mockResolvedValue(document);
    expect(await urlOf('file:///folder/other.ws')).toBe('ws://other');
    expect(await urlOf(Uri.parse('file:///folder/other.ws'))).toBe('ws://other');
    expect(workspace.openTextDocument).toHaveBeenCalledTimes(2);
  });

  it('needs no cursor if the given file has only one request', async () => {
    show(SEVERAL, 3);
    workspace.openTextDocument.mockResolvedValue(fakeDocument('WEBSOCKET ws://only'));
    expect(await urlOf('file:///folder/only.ws')).toBe('ws://only');
  });

  it('is not guessed if the given file has several and the cursor is in another file', async () => {
    show(SEVERAL, 3);
    workspace.openTextDocument.mockResolvedValue(fakeDocument(SEVERAL, 'file:///folder/b.ws'));
    await expect(findRequest('file:///folder/b.ws', undefined)).rejects.toMatchObject({
      code: 'call.invalid',
    });
  });
});

describe('the request file of a command', () => {
  it('is that of the active editor', async () => {
    show('WEBSOCKET ws://a', 0, 'file:///folder/a.ws');
    expect((await findRequestFile(undefined)).uri).toBe('file:///folder/a.ws');
  });

  it.each([
    ['no editor', () => undefined],
    ['a file of another kind', () => show('text', 0, 'file:///folder/a.txt')],
  ])('does not exist with %s', async (_, open) => {
    open();
    await expect(findRequestFile(undefined)).rejects.toMatchObject({
      code: 'call.invalid',
      message: 'No request file is open: open a .ws file or name one.',
    });
  });

  it.each([1, null, {}, [], true])('cannot be named by %j', async (file) => {
    show(SEVERAL);
    await expect(findRequestFile(file)).rejects.toMatchObject({
      message: 'The first argument must be the URI of a request file.',
    });
  });

  it('does not replace a given file that does not exist', async () => {
    workspace.openTextDocument.mockRejectedValue(new Error('no such file'));
    await expect(findRequestFile('file:///none.ws')).rejects.toThrow('no such file');
  });
});

describe('the step of a command', () => {
  const step = async (line: number, which?: unknown): Promise<number> => {
    show(SEVERAL, line);
    return findStep(await findRequest(undefined, undefined), which).index;
  };

  it('is the one at the cursor, or the one with the given index', async () => {
    expect(await step(3)).toBe(0);
    expect(await step(5)).toBe(1);
    expect(await step(3, 1)).toBe(1);
  });

  it('does not exist above the first message', async () => {
    await expect(step(1)).rejects.toThrow('There is no message at the cursor: put it into one.');
  });

  it.each([2, -1, '0', null])('does not exist for the index %j', async (which) => {
    await expect(step(3, which)).rejects.toThrow(
      `The request has no message ${JSON.stringify(which)}: it was removed.`,
    );
  });
});
