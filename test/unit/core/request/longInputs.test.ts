import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../src/core/request/plan/analyzeRequestFile.ts';
import { createFileScope } from '../../../../src/core/request/variables/scope.ts';
import { stepMessage } from '../../../../src/core/request/plan/stepMessage.ts';
import { SAMPLE_PORTS } from '../../../../src/core/request/variables/value.ts';

// Each takes some milliseconds where time is in proportion to the length; where it is in proportion to its
// square, none ends within the time that a test has.
const CHARACTERS = 2_000_000;
const LINES = 20_000;
const head = 'WEBSOCKET ws://localhost\n\n';
const fill = (text: string, count = CHARACTERS / text.length): string => text.repeat(count);
const lines = (line: (index: number) => string): string =>
  Array.from({ length: LINES }, (_, index) => line(index)).join('\n');

const wait = `${head}=== wait-for-server\n`;
const step = (index: number): string =>
  `=== wait-for-server\n# @where $.type == "a${index}"\n# @expect $.n > ${index}\n# @capture c${index} = $.id\n{"id": "{{c${index}}}"}`;

const longLines = {
  letters: fill('a'),
  blanks: `${fill(' ')}x`,
  'blanks in a payload': `${head}x${fill(' ')}x`,
  signs: fill('#'),
  'signs before a directive': `  ${fill('#')}@timeout`,
  slashes: fill('/'),
  'equals signs': head + fill('='),
  'question marks': head + fill('?'),
  backslashes: head + fill('\\'),
  braces: head + fill('{'),
  'opened references': head + fill('{{ '),
  'closed references': head + fill('}}'),
  'escaped references': head + fill('\\{{'),
  references: head + fill('{{a}}'),
  'a URL': `WEBSOCKET ws://${fill('a')}`,
  'blanks before an HTTP version': `WEBSOCKET ws://h${fill(' ')}HTTP/1.1`,
  'a header name': `WEBSOCKET ws://h\n${fill('A ')}: x`,
  'a header value': `WEBSOCKET ws://h\nA: ${fill(' a')}`,
  'the name of a directive': `# @${fill('a')}`,
  'the value of a directive': `# @timeout ${fill('1')}\n${head}`,
  'blanks in a directive': `# @timeout${fill(' ')}2s\n${head}`,
  'a list of subprotocols': `# @subprotocol ${fill('a,')}\n${head}`,
  'the name of a variable': `@${fill('a')} = x`,
  'blanks before a value': `@a${fill(' ')}= x`,
  'the path of a file': `${head}< ${fill(' a')}`,
  'an encoding': `${head}<@${fill('a')} x`,
  nul: head + fill('\0'),
  'a condition': `${wait}# @where $.a == "${fill('a')}"`,
  'brackets in a condition': `${wait}# @where $${fill('[')} == 1`,
  'quotes in a condition': `${wait}# @where $['${fill(`"`)}'] == 1`,
  'an unclosed quote in a condition': `${wait}# @where $["${fill('\\"')} == 1`,
  'blanks in a condition': `${wait}# @where $.a${fill(' ')}== 1`,
  'references in a condition': `${wait}# @where $.a == "${fill('{{a}}', 20_000)}"`,
  'digits in a condition': `${wait}# @where $.a == ${fill('1')}`,
  'a list in a condition': `${wait}# @where $.a in [${fill('1,')}1]`,
  'a regular expression': `${wait}# @where text matches /${fill('a')}/`,
  'groups in a regular expression': `${wait}# @where text matches /${fill('(', 20_000)}/`,
  'the name of a capture': `${wait}# @capture ${fill('a')} = $.a`,
  'the number of a repeat': `${head}# @repeat ${fill('1')}\nx`,
  'the reason of a close': `${head}# @close 1000 ${fill('a')}`,
  escapes: `${head}# @escape\n${fill('\\u0041')}`,
  hex: `${head}# @binary hex\n${fill('00 ', 200_000)}`,
};

const manyLines = {
  'empty lines': head + fill('\n'),
  'carriage returns': head + fill('\r', LINES),
  'lines of a payload': head + lines(() => '{"a":1}'),
  'comments and lines': head + lines(() => '#\na\n'),
  'a script without an end': `${head}> {%\n${lines(() => 'a')}`,
  separators: lines(() => '###'),
  steps: head + lines(() => 'a\n==='),
  requests: lines((index) => `### ${index}\nWEBSOCKET ws://localhost\n\na`),
  'requests of one name': lines(() => '### a\nWEBSOCKET ws://localhost\n\na'),
  'stray lines': lines(() => 'stray'),
  'directives given often': `${lines(() => '# @timeout 2s')}\n${head}`,
  'malformed headers': `WEBSOCKET ws://h\n${lines(() => 'bad header')}`,
  'headers without a value': `WEBSOCKET ws://h\n${lines(() => 'A: {{missing}}')}`,
  'continued queries': `WEBSOCKET ws://h\n${lines(() => '?a=b')}`,
  'a chain of variables': `${lines((index) => `@a${index} = {{a${index + 1}}}x`)}\n@a${LINES} = y\n${head}{{a0}}`,
  'a ring of variables': lines((index) => `@a${index} = {{a${(index + 1) % LINES}}}`),
  'variables that refer to both neighbours': lines(
    (index) => `@a${index} = {{a${index + 1}}}{{a${index - 1}}}`,
  ),
  'steps that wait, expect and capture': head + lines(step),
  'requests that capture, and variables':
    lines((index) => `@v${index} = {{c${index}}}`) +
    '\n' +
    lines(
      (index) =>
        `### ${index}\nWEBSOCKET ws://h\n\n=== wait-for-server\n# @capture c${index} = $.a\n{{v${index}}}`,
    ),
  'conditions in a step': wait + lines((index) => `# @where $.a != ${index}`),
  'one variable defined often': lines(() => '@a = {{a}}\n###\nWEBSOCKET ws://{{a}}\n'),
};

describe('takes time in proportion to', () => {
  test.each(Object.entries({ ...longLines, ...manyLines }))('%s', (_, text) => {
    const file = analyzeRequestFile(text);
    expect(file.range.end.line).toBe(text.split(/\r\n|\r|\n/).length - 1);
  });
});

test('a file of five thousand messages that wait, expect and capture has no diagnostics', () => {
  const file = analyzeRequestFile(head + Array.from({ length: 5000 }, (_, index) => step(index)).join('\n'));
  expect(file.diagnostics).toEqual([]);
  expect(file.requests[0]!.steps).toHaveLength(5000);
});

test('values that double each other end in a diagnostic, not in all of the memory', () => {
  const doubling = Array.from({ length: 99 }, (_, index) => `@a${index + 1} = {{a${index}}}{{a${index}}}`);
  const file = analyzeRequestFile(
    ['@a0 = 0123456789', ...doubling, 'WEBSOCKET ws://h/{{a20}}', 'X: {{a99}}', '', '{{a40}}'].join('\n'),
  );
  expect(file.requests[0]?.error?.code).toBe('variable.length');
  const scope = createFileScope(file.variables, SAMPLE_PORTS);
  expect(stepMessage(file.requests[0]!.steps[0]!, scope).kind).toBe('problems');
});

test('the place of a problem in a chain is reported once, for any length of the chain', () => {
  const chain = Array.from({ length: 5000 }, (_, index) => `@a${index} = {{a${index + 1}}}`).join('\n');
  const file = analyzeRequestFile(`${chain}\n${head}{{a0}}`);
  expect(file.requests[0]?.error?.message).toBe(
    'In the variable a4999: {{a5000}} has no value: write @a5000 = value above the target.',
  );
});
