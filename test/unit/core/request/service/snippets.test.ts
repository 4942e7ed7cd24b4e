import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

const file = new URL('../../../../../media/snippets.json', import.meta.url);
const snippets = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Snippet>);

/** The text that VS Code inserts if the user changes no placeholder. */
function inserted({ body }: Snippet): string {
  let text = body.join('\n').replace(/\$0/g, '');
  text = text.replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1');
  text = text.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1');
  return text.replace(/\\([$}\\])/g, '$1');
}

describe('a snippet is a piece of a file without errors:', () => {
  test.each(snippets)('%s', (_, snippet) => {
    const text = inserted(snippet);
    const isWhole = text.startsWith('###');
    const before = /^# @(?:capture|expect)/.test(text) ? '=== wait-for-server\n' : '';
    const { diagnostics, requests } = analyzeRequestFile(
      isWhole ? text : `WEBSOCKET ws://localhost\n\nhello\n${before}${text}`,
    );
    expect(diagnostics).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test('each has a prefix of its own', () => {
    const prefixes = snippets.map(([, { prefix }]) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });
});
