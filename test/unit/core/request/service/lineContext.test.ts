import { describe, expect, test } from 'vitest';
import { lineContext } from '../../../../../src/core/request/service/lineContext.ts';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { marked, textAt } from './support.ts';

/** The kind of text at the mark, with the text that a completion would replace. */
function contextOf(lines: readonly string[]): string | undefined {
  const source = marked(lines);
  const context = lineContext(source.file, source.lineAt, source.at);
  if (!context) return undefined;
  const zone = 'zone' in context ? ` ${context.zone}` : '';
  const name = 'name' in context ? ` ${context.name}` : '';
  return `${context.kind}${zone}${name} “${textAt(source, context.range)}”`;
}

const TARGET = 'WEBSOCKET ws://localhost';

describe('the context of completion comes from the line and its place:', () => {
  test.each([
    ['the start of a file', ['¦'], 'target “”'],
    ['the start of a target', ['WEB¦'], 'target “WEB”'],
    ['a directive above the target', ['# @ti¦', TARGET], 'directiveName preamble “ti”'],
    ['a directive written with //', ['// @¦', TARGET], 'directiveName preamble “”'],
    ['its argument', ['# @min-tls TLS¦', TARGET], 'directiveArgument preamble min-tls “TLS”'],
    ['a header', [TARGET, 'Auth¦'], 'headerName “Auth”'],
    ['a header on an empty line directly below the target', [TARGET, '¦'], 'headerName “”'],
    ['the value of a header', [TARGET, 'Origin: ht¦'], 'headerValue Origin “ht”'],
    ['a variable in a URL', ['WEBSOCKET ws://{{ho¦'], 'reference “ho”'],
    ['a variable in a payload', [TARGET, '', '{"id": "{{¦"}'], 'reference “”'],
    ['a dynamic one', [TARGET, '', '{{ $uu¦'], 'reference “$uu”'],
    ['the argument of one', [TARGET, '', '{{$secret api¦'], 'referenceArgument $secret “api”'],
    ['a directive of a step', [TARGET, '', '# @wh¦'], 'directiveName step “wh”'],
    [
      'a directive after a separator',
      [TARGET, '', 'a', '=== wait-for-server', '# @exp¦'],
      'directiveName step “exp”',
    ],
    ['a directive in a payload', [TARGET, '', 'a', '# @exp¦'], 'directiveName payload “exp”'],
    [
      'a condition',
      [TARGET, '', '=== wait-for-server', '# @where $.a¦'],
      'directiveArgument step where “$.a”',
    ],
    ['a separator', [TARGET, '', 'a', '==¦'], 'separator “==”'],
    ['wait-for-server', [TARGET, '', 'a', '=== wai¦'], 'separator “=== wai”'],
    ['a file', [TARGET, '', '< ./da¦'], 'path “./da”'],
    ['the next request', [TARGET, '', 'a', '### Next', '¦'], 'target “”'],
    [
      'a directive of the next request',
      [TARGET, '', 'a', '### Next', '# @na¦'],
      'directiveName preamble “na”',
    ],
  ])('%s', (_, lines, expected) => {
    expect(contextOf(lines)).toBe(expected);
  });

  test.each([
    ['a comment', ['# some¦']],
    ['a payload', [TARGET, '', '{"a": 1¦']],
    ['a closed reference', [TARGET, '', '{{a}}¦']],
    ['the argument of a variable that takes none', [TARGET, '', '{{name x¦']],
    ['a file in the middle of a payload', [TARGET, '', 'a', '< ./da¦']],
  ])('nothing in %s', (_, lines) => {
    expect(contextOf(lines)).toBeUndefined();
  });
});

test('a line of unclosed braces takes time in proportion to its length', () => {
  const line = '{{'.repeat(200_000);
  const file = analyzeRequestFile('WEBSOCKET ws://h\n\n');
  const begun = performance.now();
  lineContext(file, () => line, { line: 2, character: line.length });
  expect(performance.now() - begun).toBeLessThan(1_000);
});
