import { expect, test } from 'vitest';
import { refusedText } from '../../../../src/cli/output/refusedText.ts';

function text(detail: object): string {
  return refusedText(new TextEncoder().encode(JSON.stringify({ code: 'handshake.status', ...detail })));
}

test('the text has the headers, then the body, indented', () => {
  expect(text({ headers: [['Content-Type', 'text/plain']], body: 'no\r\nentry\n' })).toBe(
    '   Content-Type: text/plain\n   no\n   entry\n',
  );
});

test('an error without an answer has nothing to show', () => {
  expect(text({})).toBe('');
});

test('a long body is cut, and the text says how much is missing', () => {
  const page = text({ body: Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n') });
  expect(page).toContain('line 19\n   … (30 more lines)\n');
  expect(page).not.toContain('line 20\n');
  expect(text({ body: 'x'.repeat(1000) })).toBe(`   ${'x'.repeat(400)} … (600 more characters)\n`);
});

test('neither headers nor body can control the terminal', () => {
  const shown = text({ headers: [['a\u001b[2J', '\u009b31m']], body: '\u001b]0;title\u0007' });
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
