import { describe, expect, test } from 'vitest';
import { isLoopback } from '../../../../../src/core/request/plan/serverPlan.ts';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { formatRequestFile } from '../../../../../src/core/request/print/formatRequestFile.ts';
import { completions, type CompletionSources } from '../../../../../src/core/request/service/completions.ts';
import { hover } from '../../../../../src/core/request/service/hover.ts';
import { definitionsOf, occurrencesOf } from '../../../../../src/core/request/service/names.ts';
import { outline } from '../../../../../src/core/request/service/outline.ts';
import { quickFixes } from '../../../../../src/core/request/service/quickFixes.ts';
import { semanticTokens } from '../../../../../src/core/request/service/semanticTokens.ts';
import { marked, textAt } from './support.ts';

const TARGET = 'SERVE ws://127.0.0.1:9000/chat';

const SOURCES: CompletionSources = {
  options: new Map([['timeout', { usage: '@timeout 2s', text: '' }]]),
  dynamicVariables: new Map(),
  variables: () => [],
  environments: () => [],
  secrets: () => [],
  paths: () => [],
  stepProtocol: () => undefined,
  units: () => ({ names: [], payloads: [] }),
};

function labels(lines: readonly string[]): string[] {
  const { file, lineAt, at } = marked(lines);
  return completions(file, lineAt, at, SOURCES).map(({ label }) => label);
}

const FILE = [
  '### Chat',
  '# @name chat',
  TARGET,
  '',
  '{"type": "welcome"}',
  '=== wait-for-client',
  '# @where $.op == "join"',
  '# @capture room = $.room',
  '{"joined": "{{room}}"}',
  '=== on-message',
  '# @where $.op == "say"',
  '# @to others',
  '{"said": "{{room}}"}',
  '=== on-message',
  'what?',
  '### Ask',
  'WEBSOCKET ws://127.0.0.1:9000/chat',
].join('\n');

describe('a SERVE block', () => {
  test('is listed among the servers of its file, and does not run as a request', () => {
    const { requests, servers, blocks, diagnostics } = analyzeRequestFile(FILE);
    expect(diagnostics).toEqual([]);
    expect(requests.map(({ name, role, index }) => [name?.text, role, index])).toEqual([
      ['Ask', 'client', 0],
    ]);
    expect(servers.map(({ name, role, index }) => [name?.text, role, index])).toEqual([
      ['chat', 'server', 0],
    ]);
    expect(blocks.map(({ request }) => request)).toEqual([servers[0], requests[0]]);
  });

  test('does not exist in a file of other clients', () => {
    const { servers, requests } = analyzeRequestFile(FILE, 'http');
    expect(servers).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test('has the default directives for both sides; the others apply to requests only', () => {
    const file = analyzeRequestFile(
      `# @reconnect 3\n# @protocol phoenix\n# @header X-Key: 1\n###\n${TARGET}\n\n# @push hello\n`,
    );
    expect(file.servers[0]?.error?.code).not.toBe('directive.misplaced');
    expect(file.servers[0]?.defaults?.directives).toHaveLength(3);
  });

  test('is listed in the outline with its steps, and rules with their conditions', () => {
    const [chat, ask] = outline(analyzeRequestFile(FILE));
    expect(ask).toMatchObject({ kind: 'request', name: 'Ask' });
    expect(chat).toMatchObject({ kind: 'server', name: 'chat' });
    expect(chat!.children.map(({ kind, name }) => [kind, name])).toEqual([
      ['message', '{"type": "welcome"}'],
      ['message', '{"joined": "{{room}}"}'],
      ['rule', '$.op == "say"'],
      ['rule', 'on-message'],
    ]);
  });

  test('is formatted as a request is', () => {
    const untidy = `SERVE    ws://127.0.0.1:9000/chat\nX-A :1\n\n\nhello\n\n===   wait-for-client\n\n#@where   $.a   exists\n===  on-message  // all\n\nyes\n`;
    const tidy = `SERVE ws://127.0.0.1:9000/chat\nX-A: 1\n\nhello\n=== wait-for-client\n# @where $.a exists\n=== on-message // all\nyes\n`;
    expect(formatRequestFile(untidy)).toBe(tidy);
    expect(formatRequestFile(tidy)).toBe(tidy);
  });

  test('has completion for the words that are allowed there', () => {
    expect(labels([TARGET, '', 'a', '==¦'])).toEqual(['===', '=== wait-for-client', '=== on-message']);
    expect(labels(['# @¦', TARGET])).toEqual([
      'name',
      'status',
      'env',
      'tls-cert',
      'tls-key',
      'tls-passphrase',
      'disabled',
      'timeout',
    ]);
    expect(labels([TARGET, '', '# @¦'])).toContain('to');
    expect(labels(['WEBSOCKET ws://localhost', '', '# @¦'])).not.toContain('to');
    expect(labels([TARGET, '', '# @to ¦'])).toEqual(['all', 'others']);
    expect(labels(['SER¦'])).toContain('SERVE');
  });

  test('has a hover for its words, and colours them', () => {
    const source = marked([TARGET, '', '# @t¦o all', 'x', '=== on-message', 'y']);
    const { file } = source;
    const found = hover(file, source.at, { ...SOURCES, variable: () => undefined });
    expect(found?.text).toContain('@to all');
    const words = semanticTokens(file)
      .filter(({ type }) => type === 'keyword')
      .map(({ range }) => textAt(source, range));
    expect(words).toEqual(['SERVE', 'on-message']);
  });

  test('defines names for its own steps', () => {
    const file = analyzeRequestFile(FILE);
    expect(occurrencesOf(file, 'room').map(({ range }) => range.start.line)).toEqual([7, 8, 12]);
    expect(definitionsOf(file, 'room', { line: 12, character: 10 })).toMatchObject([{ by: 'capture' }]);
  });

  test('suggests the separator for a misspelled one', () => {
    const lines = [TARGET, '', 'a', '=== onmessage', 'b'];
    const text = lines.join('\n');
    const file = analyzeRequestFile(text);
    const [problem] = file.diagnostics;
    expect(problem).toMatchObject({ code: 'separator.text' });
    const [fix] = quickFixes(file, (line) => lines[line]!, problem!, []);
    expect(JSON.stringify(fix)).toContain('=== on-message');
  });
});

test.each<[boolean, readonly string[]]>([
  [true, ['127.0.0.1', '127.0.0.2', '127.255.255.254', '::1', 'localhost']],
  [
    false,
    [
      '0.0.0.0',
      '::',
      '',
      '192.0.2.1',
      '1.127.0.0',
      '127.0.0.1.example',
      '127.example',
      'localhost.example',
      '::2',
    ],
  ],
])('only programs of this machine reach a host: %s', (expected, hosts) => {
  expect(hosts.filter((host) => isLoopback(host) !== expected)).toEqual([]);
});
