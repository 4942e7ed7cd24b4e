import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { formatRequestFile } from '../../../../../src/core/request/print/formatRequestFile.ts';
import { completions, type CompletionSources } from '../../../../../src/core/request/service/completions.ts';
import { hover } from '../../../../../src/core/request/service/hover.ts';
import { occurrencesOf } from '../../../../../src/core/request/service/names.ts';
import { outline } from '../../../../../src/core/request/service/outline.ts';
import { quickFixes } from '../../../../../src/core/request/service/quickFixes.ts';
import { semanticTokens } from '../../../../../src/core/request/service/semanticTokens.ts';
import { marked, textAt } from './support.ts';

const TARGET = 'PROXY ws://127.0.0.1:8081 -> wss://api.example.test/stream';

const SOURCES: CompletionSources = {
  options: new Map([
    ['timeout', { usage: '@timeout 2s', text: '' }],
    ['reconnect', { usage: '@reconnect 3', text: '' }],
  ]),
  dynamicVariables: new Map(),
  variables: () => [],
  environments: () => ['staging'],
  secrets: () => [],
  paths: () => [{ path: '$.type', example: '"tick"' }],
  stepProtocol: () => undefined,
  units: () => ({ names: [], payloads: [] }),
};

function labels(...lines: readonly string[]): string[] {
  const { file, lineAt, at } = marked(lines);
  return completions(file, lineAt, at, SOURCES).map(({ label }) => label);
}

function hovered(line: string): string | undefined {
  const { file, at } = marked([TARGET, line]);
  return hover(file, at, { ...SOURCES, variable: () => undefined })?.text;
}

describe('a PROXY block', () => {
  const FILE = [
    '@delay = 200ms',
    '### Bad network',
    TARGET,
    '# @fault delay {{delay}} jitter 50ms',
    '# @timeout 2s',
    'X-Key: 1',
    '',
    '# @name slow',
    '# @fault drop where $.type == "tick"',
    '### Ask',
    'WEBSOCKET ws://127.0.0.1:8081',
  ].join('\n');

  test('is listed among the proxies of its file, with its URL and its target', () => {
    const { requests, servers, proxies, blocks, diagnostics } = analyzeRequestFile(FILE);
    expect(diagnostics).toEqual([]);
    expect([requests.length, servers.length, proxies.length]).toEqual([1, 0, 1]);
    const [proxy] = proxies;
    expect(proxy).toMatchObject({
      name: { text: 'slow' },
      listen: { parts: ['ws://127.0.0.1:8081'] },
      target: { url: { parts: ['wss://api.example.test/stream'] } },
      headers: [{ name: { text: 'X-Key' } }],
      steps: [],
      index: 0,
    });
    expect(proxy!.directives.map(({ name }) => name.text)).toEqual(['fault', 'timeout', 'name', 'fault']);
    expect(blocks.map(({ request }) => request)).toEqual([undefined, proxy, requests[0]]);
  });

  test('does not exist in a file of other clients', () => {
    expect(analyzeRequestFile(FILE, 'http').proxies).toEqual([]);
  });

  test('is listed in the outline with its faults', () => {
    const node = outline(analyzeRequestFile(FILE)).find(({ kind }) => kind === 'proxy');
    expect(node).toMatchObject({ name: 'slow', detail: 'wss://api.example.test/stream' });
    expect(node!.children.map(({ kind, name }) => [kind, name])).toEqual([
      ['fault', 'delay {{delay}} jitter 50ms'],
      ['fault', 'drop where $.type == "tick"'],
    ]);
  });

  test('has its variables renamed once at each place', () => {
    const lines = occurrencesOf(analyzeRequestFile(FILE), 'delay').map(({ range }) => range.start.line);
    expect(lines).toEqual([0, 3]);
  });

  test('is formatted, and means the same afterwards', () => {
    const untidy = `  PROXY   ws://a:1->ws://b/c\n#@fault   drop   in\n\n\n\nX-A :1\n  // @fault   delay 5s\n`;
    const tidy = `PROXY ws://a:1 -> ws://b/c\n# @fault drop   in\n\nX-A: 1\n// @fault delay 5s\n`;
    expect(formatRequestFile(untidy)).toBe(tidy);
    expect(formatRequestFile(tidy)).toBe(tidy);
  });

  test('has coloured words, for directives in any place', () => {
    const source = marked(['# @env staging', TARGET, '# @fault drop ¦', 'X-A: 1']);
    const words = semanticTokens(source.file).map(({ type, range }) => [type, textAt(source, range)]);
    expect(words).toEqual([
      ['decorator', '@env'],
      ['keyword', 'PROXY'],
      ['decorator', '@fault'],
      ['property', 'X-A'],
    ]);
  });
});

describe('in a PROXY block, completion proposes', () => {
  test('the keyword, and the directives that are allowed there', () => {
    expect(labels('PRO¦')).toContain('PROXY');
    const expected = ['name', 'fault', 'env', 'tls-cert', 'tls-key', 'tls-passphrase', 'disabled', 'timeout'];
    expect(labels('# @¦', TARGET)).toEqual(expected);
    expect(labels(TARGET, '# @fault drop', '', '# @¦')).toEqual(expected);
    expect(labels('WEBSOCKET ws://localhost', '', '# @¦')).not.toContain('fault');
    expect(labels(TARGET, '# @env ¦')).toEqual(['staging']);
  });

  test('the kinds of faults, and the clauses of each kind', () => {
    expect(labels(TARGET, '# @fault ¦')).toEqual(
      expect.arrayContaining(['delay', 'throttle', 'no-pong', 'half-open', 'refuse']),
    );
    expect(labels(TARGET, '# @fault delay ¦')).toEqual([]);
    expect(labels(TARGET, '# @fault delay 200ms ¦')).toEqual(
      expect.arrayContaining(['in', 'out', 'jitter', 'probability', 'where']),
    );
    expect(labels(TARGET, '# @fault drop in ¦')).not.toContain('in');
    expect(labels(TARGET, '# @fault throttle 1KiB/s ¦')).toEqual(['in', 'out', 'after']);
    expect(labels(TARGET, '# @fault hold ¦')).toEqual(
      expect.arrayContaining(['in', 'out', 'count', 'where']),
    );
    expect(labels(TARGET, '# @fault drop probability ¦')).toEqual([]);
    expect(labels(TARGET, '# @fault close 1011 after 100 ¦')).toEqual(['messages']);
    expect(labels(TARGET, '# @fault refuse 503 after 2 ¦')).toEqual(['connections']);
    expect(labels(TARGET, '# @fault __proto__ ¦')).toEqual([]);
  });

  test('subjects and operators of the condition', () => {
    expect(labels(TARGET, '# @fault drop where ¦')).toEqual(
      expect.arrayContaining(['$.type', 'text', 'size']),
    );
    expect(labels(TARGET, '# @fault drop where $.type ¦')).toEqual(
      expect.arrayContaining(['==', 'contains']),
    );
    expect(labels(TARGET, '# @fault drop where kind == ¦')).toContain('"text"');
  });
});

describe('in a PROXY block, a hover explains', () => {
  test('a directive, a fault, a clause and the subject of its condition', () => {
    expect(hovered('# @fau¦lt drop in')).toContain('@fault drop');
    expect(hovered('# @fault dro¦p in')).toBe('Does not pass messages on.');
    expect(hovered('# @fault ho¦ld 30s')).toContain('released, edited or dropped by hand');
    expect(hovered('# @fault drop i¦n')).toBe('Only messages from the server to the client.');
    expect(hovered('# @fault drop where si¦ze > 1')).toContain('bytes');
  });
});

test('a misspelled @fault is replaced', () => {
  const lines = [TARGET, '# @faul drop'];
  const file = analyzeRequestFile(lines.join('\n'));
  const [fix] = quickFixes(file, (line) => lines[line]!, file.diagnostics[0]!, []);
  expect(fix).toMatchObject({ title: 'Write @fault', text: 'fault' });
});
