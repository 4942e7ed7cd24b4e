import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the host', () => {
  it('is the requested VS Code', () => {
    assert.match(vscode.version, /^1\.\d+\.\d+/);
    assert.equal(vscode.version.split('.').slice(0, 2).join('.'), process.env.DUPLEX_VSCODE_VERSION);
  });

  it('has the fixture workspace open, as a copy that may be written to', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder, 'no workspace folder is open');
    assert.deepEqual(
      (await vscode.workspace.findFiles('*.ws')).map((file) => file.path.split('/').at(-1)),
      ['echo.ws'],
    );
    const file = vscode.Uri.joinPath(folder, 'written.txt');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode('mine'));
    assert.equal((await vscode.workspace.openTextDocument(file)).getText(), 'mine');
  });

  it('runs the extension under development', () => {
    assert.ok(vscode.extensions.getExtension('duplex.duplex'), 'duplex.duplex is not among the extensions');
  });
});
