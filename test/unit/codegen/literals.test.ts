import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  commentText,
  quoteCsharp,
  quoteGo,
  quoteJava,
  quoteJavaScript,
  quotePython,
} from '../../../src/core/codegen/literals.ts';

const anyText = fc.string({ unit: 'binary' });

describe('a string literal', () => {
  it('reads back the same in JavaScript, and ends no script element', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const literal = quoteJavaScript(text);
        expect(runInNewContext(literal)).toBe(text);
        expect(literal).not.toMatch(/[\n\r\u2028\u2029]/);
      }),
    );
    expect(quoteJavaScript('</script><!--<SCRIPT')).not.toMatch(/<[/!s]/i);
  });

  it.each([
    ['Java', quoteJava, '\\ud83d\\ude00'],
    ['C#', quoteCsharp, '\\ud83d\\ude00'],
    ['Go', quoteGo, '\\U0001f600'],
    ['Python', quotePython, '\\U0001f600'],
  ])('is ASCII on one line in %s, whatever the text', (_, quote, emoji) => {
    expect(quote('a"\\\n\r\t\0é😀')).toBe(`"a\\"\\\\\\n\\r\\t\\u0000\\u00e9${emoji}"`);
    fc.assert(
      fc.property(anyText, (text) => {
        const literal = quote(text);
        expect(literal).toMatch(/^"[\x20-\x7e]*"$/);
        // Every quote within is escaped by an odd number of backslashes.
        expect(literal.slice(1, -1).replace(/\\./g, '')).not.toMatch(/["\\]/);
      }),
    );
  });
});

describe('a comment', () => {
  it.each([
    ['ends at no line separator', 'a\nb\rc\u2028d\u2029e\u0085f'],
    ['starts no Unicode escape of Java', 'x \\u000a System.exit(1);'],
    ['turns no text around', 'x \u202e y \u200b z'],
    ['ends no script element', 'x </script> <!-- <SCRIPT'],
    // The backslash becomes a slash before the tag is broken.
    ['ends no script element with a backslash', 'x <\\script>'],
  ])('%s', (_, text) => {
    expect(commentText(text)).not.toMatch(/<[!/s]/i);
    expect(commentText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/u);
  });
});
