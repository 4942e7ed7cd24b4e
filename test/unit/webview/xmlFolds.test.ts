import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { foldableElement } from '../../../src/webview/editor/xmlFolds.ts';

/** The visible lines of a document when the element on a line is folded; undefined if it does not fold. */
function folded(lines: readonly string[], line: number): string | undefined {
  const doc = Text.of([...lines]);
  const range = foldableElement(doc, doc.line(line).from);
  return range ? `${doc.sliceString(0, range.from)}…${doc.sliceString(range.to)}` : undefined;
}

const ORDER = [
  '<?xml version="1.0"?>',
  '<order>',
  '  <items>',
  '    <item>1</item>',
  '    <items/>',
  '    <item>',
  '    </item>',
  '  </items>',
  '  <note>a',
  ' b</note>',
  '  <note/>',
  '</order>',
];

describe('an element', () => {
  it('folds from its start tag to its end tag, its content between', () => {
    expect(folded(ORDER, 3)).toBe([...ORDER.slice(0, 2), '  <items>…</items>', ...ORDER.slice(8)].join('\n'));
    expect(folded(ORDER, 2)).toBe('<?xml version="1.0"?>\n<order>…</order>');
  });

  it.each([
    ['on one line', 4],
    ['that is empty', 5],
    ['without lines within', 6],
    ['whose end tag stands within a line', 9],
    ['that is an end tag', 8],
    ['that is an instruction', 1],
  ])('%s does not fold', (_, line) => {
    expect(folded(ORDER, line)).toBeUndefined();
  });

  it('with attributes on separate lines folds after the first line', () => {
    expect(folded(['<a', '  b="1"', '  c="2">', '  <d/>', '</a>'], 1)).toBe('<a…</a>');
  });

  it('is found once for each line of a large document', () => {
    const lines = ['<a>', ...Array.from({ length: 100_000 }, () => '  <b>1</b>'), '</a>'];
    expect(folded(lines, 1)).toBe('<a>…</a>');
    const doc = Text.of(lines);
    const first = foldableElement(doc, 0);
    expect(foldableElement(doc, 0)).toBe(first);
  });
});
