import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonProblem } from '../../../../src/core/format/jsonScanner.ts';
import type { LineView } from '../../../../src/core/format/lineView.ts';
import { prettyXml } from '../../../../src/core/format/prettyXml.ts';
import { finish, finishWithProgress, linesOf, textOf, utf8 } from './helpers.ts';

function view(xml: string): LineView {
  const result = finish(prettyXml(utf8(xml)));
  if ('at' in result) throw new Error(`expected ${result.expected} at ${result.at}`);
  return result;
}

const pretty = (xml: string): string[] => linesOf(view(xml));

function problem(xml: string): JsonProblem {
  const result = finish(prettyXml(utf8(xml)));
  if ('at' in result) return result;
  throw new Error('It is well-formed.');
}

describe('prettyXml', () => {
  it('gives each element a line, and text stays with its element', () => {
    expect(
      pretty(
        '<?xml version="1.0"?><order id="7"><item>a &amp; b</item><item/><!-- x --><none></none></order>',
      ),
    ).toEqual([
      '<?xml version="1.0"?>',
      '<order id="7">',
      '  <item>a &amp; b</item>',
      '  <item/>',
      '  <!-- x -->',
      '  <none></none>',
      '</order>',
    ]);
  });

  it('replaces another indentation', () => {
    expect(pretty('<a>\r\n\t\t<b>\r\n<c>1</c></b>\r\n</a>\r\n')).toEqual([
      '<a>',
      '  <b>',
      '    <c>1</c>',
      '  </b>',
      '</a>',
    ]);
  });

  it('does not tear mixed content apart', () => {
    expect(pretty('<p>Hello <b>big</b> world<br/>!</p>')).toEqual(['<p>Hello <b>big</b> world<br/>!</p>']);
    expect(pretty('<p>\n  Hello\n  <b>x</b>\n</p>')).toEqual(['<p>', '  Hello', '  <b>x</b>', '</p>']);
  });

  it('leaves CDATA, comments and attributes of several lines as they are', () => {
    expect(pretty('<a><![CDATA[<b>\n not </a> a tag]]></a>')).toEqual([
      '<a><![CDATA[<b>',
      ' not </a> a tag]]></a>',
    ]);
    expect(pretty('<a><!-- 1\n  2 --><b\n   x="1>2"\n   y=\'<\'/></a>')).toEqual([
      '<a>',
      '  <!-- 1',
      '  2 -->',
      '  <b',
      '   x="1>2"',
      "   y='<'/>",
      '</a>',
    ]);
  });

  it('expands nothing: entities and declarations are text', () => {
    const laughs =
      '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;"><!ENTITY x SYSTEM "file:///etc/passwd">]>';
    expect(pretty(`${laughs}<lolz>&lol2;&x;</lolz>`)).toEqual([laughs, '<lolz>&lol2;&x;</lolz>']);
  });

  it('keeps a byte order mark, names of any language, and quotes in quotes', () => {
    expect(pretty('\uFEFF<größe einheit="a\'>b">5</größe>')).toEqual(['<größe einheit="a\'>b">5</größe>']);
    expect(pretty('<soap:Env xmlns:soap="u"><soap:B-1.x/></soap:Env>')).toHaveLength(3);
  });

  it('has its lines as its text', () => {
    const xml = '<a><b>1</b><c><d/><e>\n text\n</e></c></a>';
    expect(textOf(view(xml))).toBe(pretty(xml).join('\n'));
  });

  it.each([
    ['', 0, 'an element'],
    ['<', 1, 'a name'],
    ['< a>', 1, 'a name'],
    ['<1/>', 1, 'a name'],
    ['text', 0, '<'],
    ['<a>', 3, '</a>'],
    ['<a><b></a>', 6, '</b>'],
    ['<a/><b/>', 4, 'the end'],
    ['<a/>text', 4, '<'],
    ['</a>', 0, 'an element'],
    ['<a/></a>', 4, 'the end'],
    ['<a b="1></a>', 12, '"'],
    ['<a <b/>', 3, '>'],
    ['<a', 2, '>'],
    ['<a><!-- x</a>', 13, '-->'],
    ['<a><![CDATA[x</a>', 17, ']]>'],
    ['<![CDATA[x]]>', 0, 'an element'],
    ['<?xml', 5, '?>'],
    ['<!DOCTYPE a [', 13, '>'],
    ['<!-- only -->', 13, 'an element'],
    ['<br>a<br>', 9, '</br>'],
  ])('finds where %j stops being XML', (xml, at, expected) => {
    expect(problem(xml)).toEqual({ at, expected });
  });

  it('shows only a part of a long or hidden name in its sentence', () => {
    expect(problem(`<${'a'.repeat(500)}>`).expected).toBe(`</${'a'.repeat(40)}>`);
    expect(problem('<a\u202E>').expected).toBe('</a‹U+202E›>');
  });

  it('stops at deep nesting, in time that grows with the length only', () => {
    expect(problem('<a>'.repeat(100_000)).expected).toBe('at most 1000 nested elements');
    const deep = pretty(`${'<a>'.repeat(900)}x${'</a>'.repeat(900)}`);
    expect(deep[899]).toBe(`${' '.repeat(128)}<a>x</a>`);
    const flat = `<a>${'<b c="d"/>'.repeat(200_000)}</a>`;
    const start = performance.now();
    expect(view(flat).lines).toBe(200_002);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('splits long lines for the screen, and leaves the text whole', () => {
    const xml = `<a>${'é'.repeat(10_000)}</a>`;
    const shown = view(xml);
    expect(shown.lines).toBeGreaterThan(4);
    expect(linesOf(shown).join('')).toBe(xml);
    expect(textOf(shown)).toBe(xml);
  });

  it('reports progress', () => {
    const { progress } = finishWithProgress(prettyXml(utf8(`<a>${'<b>text</b>'.repeat(500_000)}</a>`)));
    expect(progress.length).toBeGreaterThan(3);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBeLessThanOrEqual(1);
  });

  it('changes only white space, for any elements', () => {
    const element = fc.letrec<{ element: string }>((tie) => ({
      element: fc
        .tuple(
          fc.constantFrom('a', 'b', 'ns:c'),
          fc.array(
            fc.oneof({ maxDepth: 4 }, fc.constantFrom('x', ' ', '\n', '&lt;', '<!-- -->'), tie('element')),
          ),
        )
        .map(([name, content]) => `<${name}>${content.join('')}</${name}>`),
    })).element;
    fc.assert(
      fc.property(element, (xml) => {
        const text = textOf(view(xml));
        expect(text.replace(/\s/g, '')).toBe(xml.replace(/\s/g, ''));
        expect(text).toBe(pretty(xml).join('\n'));
        expect(pretty(xml).some((line) => line.includes('\n'))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws for any bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', '!', '-', '[', ']', '"', '?', 'a', ' ', '\n', 'CDATA')),
        (parts) => {
          const result = finish(prettyXml(utf8(parts.join(''))));
          if (!('at' in result)) expect(textOf(result)).toBe(linesOf(result).join('\n'));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
