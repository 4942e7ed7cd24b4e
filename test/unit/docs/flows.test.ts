import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/folders.mjs';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The modules of `src` that a file imports. */
function importsOf(path: string): string[] {
  const specifiers = read(path).matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g);
  return [...specifiers].map(([, name = '']) => normalize(join(dirname(path), name)).replaceAll('\\', '/'));
}

/** The contracts of the boundaries that a file speaks or serves. */
const contractsOf = (path: string): string[] =>
  importsOf(path).filter((name) => /^src\/shared\/\w+Protocol\.ts$/.test(name));

/** Whether a reader finds one file from the other: by an import of either, or by the contract of a boundary between them. */
function areLinked(one: string, other: string): boolean {
  return (
    importsOf(one).includes(other) ||
    importsOf(other).includes(one) ||
    contractsOf(one).some((contract) => contractsOf(other).includes(contract))
  );
}

const page = read('ARCHITECTURE.md');
const flows = page
  .slice(page.indexOf('## Four flows'), page.indexOf('## Who owns which state'))
  .split(/^(?=\*\*)/m)
  .slice(1)
  .map((text) => {
    const named = [...text.matchAll(/`(src\/[\w/]+\.ts)`/g)].map(([, path = '']) => path);
    return {
      title: /^\*\*(.+?)\*\*/.exec(text)?.[1] ?? '',
      files: [...new Set(named)],
      ends: [named[0], named.at(-1)],
    };
  });

describe('the flows of ARCHITECTURE.md', () => {
  it('are four, each from its start to its end', () => {
    expect(flows.map(({ ends }) => ends)).toEqual([
      ['src/net/wsConnection.ts', 'src/vscode/panel/panelUnits.ts'],
      ['src/vscode/commands/sessionCommands.ts', 'src/core/session/doctor/doctor.ts'],
      ['src/cli/main.ts', 'src/cli/run/runFiles.ts'],
      ['src/webview/search/pageSearch.ts', 'src/webview/search/pageSearch.ts'],
    ]);
  });

  it.each(flows)('$title: each file is linked with one before it, or with the next', ({ files }) => {
    const lost = files.filter(
      (file, index) =>
        ![...files.slice(0, index), ...files.slice(index + 1, index + 2)].some((one) => areLinked(one, file)),
    );
    expect(lost).toEqual([]);
  });
});
