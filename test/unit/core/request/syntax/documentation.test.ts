import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeDirective } from '../../../../../src/core/request/plan/directives.ts';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';

const root = join(import.meta.dirname, '../../../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/request-files.md');

/** The part of the page from a heading to the next. */
function section(heading: string): string {
  const [, rest = ''] = page.split(`\n## ${heading}\n`);
  return rest.split('\n## ')[0]!;
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/`@([a-z-]+)/g)].map(([, name]) => name!);
}

describe('docs/request-files.md', () => {
  test('explains every diagnostic, and none that there is not', () => {
    const codes = [
      ...read('src/core/request/syntax/diagnostic.ts').matchAll(/\| '([a-z]+\.[a-z]+|portability)'/g),
    ].map(([, code]) => code);
    const explained = [...section('Diagnostics').matchAll(/^\| `([a-z.]+)` \|/gm)].map(([, code]) => code);
    expect(explained.sort()).toEqual(codes.sort());
    expect(codes.length).toBeGreaterThan(20);
  });

  test('says of each directive what becomes of it', () => {
    const [ours = '', foreign = ''] = section('Directives').split('Directives of other clients');
    const table = ours.split('\n').filter((line) => line.startsWith('| `@'));
    const known = table.flatMap(namesIn);
    expect(known.length).toBeGreaterThan(35);
    for (const name of known) expect(judgeDirective(name).kind, name).toBe('known');
    for (const name of namesIn(foreign.split('JetBrains reads')[0]!))
      expect(judgeDirective(name).kind, name).toBe('foreign');
  });

  test('has an example that runs', () => {
    const lines = page.split('\n');
    const start = lines.indexOf('    @host = localhost:8080');
    const end = lines.findIndex((line, index) => index > start && line !== '' && !line.startsWith('    '));
    const file = analyzeRequestFile(
      lines
        .slice(start, end)
        .map((line) => line.slice(4))
        .join('\n'),
    );
    expect(file.diagnostics).toEqual([]);
    expect(file.requests[0]!.steps).toHaveLength(3);
  });
});

describe('the manifest', () => {
  const { contributes } = JSON.parse(read('package.json')) as {
    contributes: {
      languages: { id: string; extensions: string[]; configuration?: string }[];
      grammars: {
        language?: string;
        scopeName: string;
        path: string;
        embeddedLanguages?: Record<string, string>;
      }[];
    };
  };

  test('gives .ws files the language', () => {
    const language = contributes.languages.find(({ id }) => id === 'websocket-request');
    expect(language?.extensions).toEqual(['.ws']);
    expect(existsSync(join(root, language!.configuration!))).toBe(true);
  });

  test('leaves the grammar of .http files to others', () => {
    expect(contributes.grammars.filter(({ language }) => language === 'http')).toEqual([]);
  });

  test.each(contributes.grammars)(
    '$scopeName has a grammar whose parts are all there',
    ({ scopeName, path, embeddedLanguages }) => {
      const text = read(path);
      const grammar = JSON.parse(text) as { scopeName: string; repository?: Record<string, unknown> };
      expect(grammar.scopeName).toBe(scopeName);
      const included = [...text.matchAll(/"include": "#([^"]+)"/g)].map(([, name]) => name!);
      for (const name of included) expect(Object.keys(grammar.repository ?? {})).toContain(name);
      for (const scope of Object.keys(embeddedLanguages ?? {}))
        expect(text).toContain(`"contentName": "${scope}"`);
      const main = JSON.parse(read('media/websocket-request.tmLanguage.json')) as {
        repository: Record<string, unknown>;
      };
      for (const [, name] of text.matchAll(/"include": "source\.websocket-request#([^"]+)"/g))
        expect(Object.keys(main.repository)).toContain(name);
    },
  );
});
