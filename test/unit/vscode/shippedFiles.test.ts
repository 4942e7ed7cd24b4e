import { readdir, readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Uri } from 'vscode';
import { openDocumentation, openExamples } from '../../../src/vscode/commands/fileCommands.ts';
import { commands, Uri as FakeUri, window, workspace } from './support/fakeVscode.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

/** This repository, which has the folders of the installed extension. */
const extension = FakeUri.file(process.cwd()) as unknown as Uri;

interface Item {
  readonly label: string;
  readonly description?: string;
}

/** Answers the picker with the item of this label or description. @returns what it offered */
function choose(wanted: string): Item[] {
  const offered: Item[] = [];
  const answer = async (...[items]: unknown[]): Promise<unknown> => {
    offered.push(...(items as Item[]));
    return offered.find(({ label, description }) => label === wanted || description === wanted);
  };
  window.showQuickPick.mockImplementationOnce(answer);
  return offered;
}

beforeEach(() => {
  vi.clearAllMocks();
  workspace.fs.readFile.mockImplementation((uri) => readFile(uri.fsPath));
  workspace.fs.readDirectory.mockImplementation(async (uri) =>
    (await readdir(uri.fsPath, { withFileTypes: true })).map((each) => [each.name, each.isFile() ? 1 : 2]),
  );
});

describe('the documentation', () => {
  test('offers every page by its title and shows the chosen one in the preview', async () => {
    const offered = choose('Error codes');
    await openDocumentation(extension);
    const pages = (await readdir('docs')).sort();
    expect(offered.map(({ description }) => description)).toEqual(pages);
    expect(offered).toContainEqual(
      expect.objectContaining({ label: 'The command line', description: 'cli.md' }),
    );
    const [[command, uri]] = commands.executeCommand.mock.calls as unknown as [[string, FakeUri]];
    expect([command, uri.path]).toEqual(['markdown.showPreview', `${process.cwd()}/docs/errors.md`]);
  });

  test('opens a given page without asking', async () => {
    await openDocumentation(extension, 'cli.md');
    expect(window.showQuickPick).not.toHaveBeenCalled();
    expect(commands.executeCommand).toHaveBeenCalledWith(
      'markdown.showPreview',
      expect.objectContaining({ path: `${process.cwd()}/docs/cli.md` }),
    );
  });

  test.each(['../package.json', 'none.md', { id: 'a view' }, undefined])(
    'asks if %j names no page',
    async (page) => {
      await openDocumentation(extension, page);
      expect(window.showQuickPick).toHaveBeenCalledOnce();
      expect(commands.executeCommand).not.toHaveBeenCalled();
    },
  );
});

test('an example is opened as text, and folders are not listed', async () => {
  const offered = choose('2-subscribe.ws');
  await openExamples(extension);
  expect(offered.map(({ label }) => label)).not.toContain('data');
  expect(window.showTextDocument).toHaveBeenCalledWith(
    expect.objectContaining({ path: `${process.cwd()}/examples/2-subscribe.ws` }),
  );
});
