import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

// Texts of the manifest and of the host are looked up by their English sentence. A sentence that is in no bundle stays English.

const json = (path: string): Record<string, string> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;

/** Properties and arguments that VS Code shows as they are. */
const SHOWN = new Set([
  ...[
    'title',
    'placeHolder',
    'placeholder',
    'prompt',
    'openLabel',
    'saveLabel',
    'tooltip',
    'label',
    'detail',
  ],
]);

interface Found {
  readonly keys: Set<string>;
  /** Literals that users would read in English regardless of their language. */
  readonly bare: string[];
}

/** @param lookUp the function that looks up a text: the one whose first argument is the English text */
function search(folder: string, lookUp: string): Found {
  const found: Found = { keys: new Set(), bare: [] };
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue;
    const file = join(folder, path);
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const place = (node: ts.Node): string =>
      `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${node.getText()}`;
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText() === lookUp) {
        const [key] = node.arguments;
        if (key && ts.isStringLiteralLike(key)) found.keys.add(key.text);
        else found.bare.push(`${place(node)} (the first argument must be a literal)`);
      }
      if (/Texts\.ts$/.test(path) && isBareText(node)) found.bare.push(place(node));
      if (ts.isPropertyAssignment(node) && SHOWN.has(node.name.getText()) && isSentence(node.initializer))
        found.bare.push(place(node));
      if (
        ts.isCallExpression(node) &&
        /^window\.(show(Error|Warning|Information)Message|setStatusBarMessage)$/.test(
          node.expression.getText(),
        ) &&
        node.arguments.some(isSentence)
      )
        found.bare.push(place(node));
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** A literal with words in it; symbols, URLs and names of commands need no translation. */
function isSentence(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) && /^[A-Z][a-z]+/.test(node.text);
}

/** In a file of texts of the panel, a sentence that is not an argument of `t`: of two words or more, so that names such as JSON stay. */
function isBareText(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node))
    return /[A-Za-z]{2,} |[A-Za-z]{4}/.test(
      node.head.text + node.templateSpans.map((s) => s.literal.text).join('|'),
    );
  if (!ts.isStringLiteralLike(node) || !/^[A-Z][a-z]+ [a-z]/.test(node.text)) return false;
  return !(ts.isCallExpression(node.parent) && node.parent.expression.getText() === 't');
}

const slots = (text: string): string[] => (text.match(/\{\d\}/g) ?? []).sort();

describe('texts of the host and of the panel', () => {
  const host = search('src/vscode', 'l10n.t');
  const panel = search('src/webview', 't');
  const keys = new Set([...host.keys, ...panel.keys]);
  const bundles = readdirSync('l10n');

  test('are looked up, each by a literal', () => {
    expect(host.keys.size).toBeGreaterThan(150);
    expect(panel.keys.size).toBeGreaterThan(250);
    expect(host.bare).toEqual([]);
    expect(panel.bare).toEqual([]);
  });

  test('are in every bundle, which has no other texts', () => {
    expect(bundles).toEqual(['bundle.l10n.json', 'bundle.l10n.zh-cn.json']);
    for (const name of bundles)
      expect(Object.keys(json(join('l10n', name))).sort(), name).toEqual([...keys].sort());
  });

  test('have the same places for values in every language', () => {
    for (const name of bundles)
      for (const [key, text] of Object.entries(json(join('l10n', name))))
        expect(slots(text), `${name}: ${key}`).toEqual(slots(key));
  });

  test('are written in Chinese if they have words', () => {
    for (const [key, text] of Object.entries(json('l10n/bundle.l10n.zh-cn.json')))
      if (/[A-Za-z]{3} [a-z]/.test(key)) expect(text, key).toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('texts of the manifest', () => {
  const english = json('package.nls.json');
  const chinese = json('package.nls.zh-cn.json');

  test('are in both languages', () => {
    expect(Object.keys(chinese)).toEqual(Object.keys(english));
  });

  test('link to the same commands and settings', () => {
    const links = (text: string): string[] =>
      [...text.matchAll(/command:[\w.]+|#[\w.]+#|`[^`]+`/g)].map(String).sort();
    for (const [key, text] of Object.entries(english)) expect(links(chinese[key]!), key).toEqual(links(text));
  });

  test('ask with the same mark', () => {
    for (const [key, text] of Object.entries(english))
      expect(chinese[key]!.endsWith('…'), key).toBe(text.endsWith('…'));
  });
});
