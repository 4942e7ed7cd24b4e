import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

/** The rule's messages about code, linted as a file of src/vscode. */
async function complaints(code: string): Promise<string[]> {
  const text = `import * as vscode from 'vscode';
import { inertCheck, inertText } from './inertText.ts';
declare const given: string;
declare const how: 'open' | 'closed';
void [inertCheck, inertText, given, how];
${code}
`;
  const [result] = await new ESLint().lintText(text, { filePath: 'src/vscode/inertText.ts' });
  // The types come from a file that exists: without them no rule runs.
  if (result!.fatalErrorCount > 0) throw new Error(result!.messages[0]!.message);
  return result!.messages
    .filter(({ ruleId }) => ruleId === 'duplex/inert-texts')
    .map(({ message }) => message);
}

test(
  'texts of files and servers may not reach the interface of VS Code unescaped',
  { timeout: 120_000 },
  async () => {
    const bad = [
      'void vscode.window.showInputBox({ prompt: given });',
      'void vscode.window.showInputBox({ validateInput: (typed) => typed });',
      'void vscode.window.showQuickPick([{ label: `$(zap) ${given}` }]);',
      'const items: vscode.QuickPickItem[] = [{ label: "a", detail: given }]; void items;',
      'void vscode.window.showErrorMessage(vscode.l10n.t("{0} failed", given));',
      'new vscode.TreeItem(given);',
      'new vscode.TreeItem("a").description = given;',
      'new vscode.MarkdownString(given);',
      'new vscode.MarkdownString().appendMarkdown(`**${given}**`);',
      'vscode.window.createStatusBarItem().text = given;',
      'const title = `a ${given}`; new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: "" });',
    ];
    const good = [
      'void vscode.window.showInputBox({ prompt: inertText(given), value: given });',
      'void vscode.window.showInputBox({ validateInput: inertCheck((typed) => typed) });',
      'void vscode.window.showQuickPick([{ label: `$(zap) ${inertText(given)}` }]);',
      'void vscode.window.showErrorMessage(vscode.l10n.t("failed"));',
      'new vscode.TreeItem(how === "open" ? "yes" : how);',
      'new vscode.MarkdownString().appendText(given);',
      'const shown = inertText(given); vscode.window.createStatusBarItem().text = shown;',
    ];
    expect(await complaints(good.join('\n'))).toEqual([]);
    // In blocks, because names repeat.
    expect(await complaints(bad.map((line) => `{ ${line} }`).join('\n'))).toHaveLength(bad.length);
  },
);
