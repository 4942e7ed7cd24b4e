import { describe, expect, test, vi } from 'vitest';
import { inertCheck, inertMarkdown, inertText } from '../../../src/vscode/inertText.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

/** The texts that VS Code interprets as links in a notification. */
const LINK = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+/i;

test.each([
  '[Fix it](command:workbench.action.quit)',
  '[[a]](command:b)',
  '[a]([b](command:c))',
  '[a]\u200b(command:b)',
  '[a]\u0000(https://example.test)',
])('%j is no link', (text) => {
  expect(inertText(`The server answered 401 ${text}.`)).not.toMatch(LINK);
});

test('an invisible character is shown as a sign', () => {
  expect(inertText('a\u202eb\nc\u001b[31m')).toBe('a‹U+202E›b↵c␛[31m');
});

test('a server cannot fill the window, and no character is cut in half', () => {
  expect(inertText('x'.repeat(100_000))).toBe(`${'x'.repeat(1000)}…`);
  expect(inertText(`${'x'.repeat(999)}${'😀'.repeat(9)}`)).toBe(`${'x'.repeat(999)}…`);
});

test('sentences of Duplex stay unchanged', () => {
  const own = 'Nothing listens at ws://localhost:1/[a] (port 1): start “the server” – or use another port.';
  expect(inertText(own)).toBe(own);
});

/** The texts that VS Code interprets as icons in labels. */
const ICON = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

test.each([
  '$(zap)',
  'a $(sync~spin) b',
  '\\\\$(zap)',
  '$($(zap))',
  '$$(zap)',
  '$(zap)$(zap)',
  '[$(zap)](command:a)',
])('%j shows no icon, and keeps all its characters', (text) => {
  expect(inertText(text)).not.toMatch(ICON);
  expect(inertText(text)).not.toMatch(LINK);
  expect(inertText(text).replaceAll('$ (', '$(').replaceAll('] (', '](')).toBe(text);
});

test.each(['$(5 + 3)', '$()', '$.items[0]', 'a[0](b', '$5 (zap)'])('%j has no meaning in VS Code', (text) => {
  expect(inertText(text).replaceAll('] (', '](')).toBe(text);
});

describe('validation messages of an input', () => {
  test('are inert', () => {
    const check = inertCheck((typed) => (typed === '' ? undefined : `Not a URL: ${typed}`));
    expect(check('')).toBeUndefined();
    expect(check('ws://h/[Click](command:x)$(zap)')).toBe('Not a URL: ws://h/[Click] (command:x)$ (zap)');
  });
});

test('Markdown is not formatted, and line breaks stay', () => {
  const { value } = inertMarkdown('[x](command:y) **b** $(zap)\n![i](http://h/i)');
  expect(value).not.toMatch(LINK);
  expect(value).not.toMatch(ICON);
  expect(value).toContain('\n');
  expect(value).toContain('\\*\\*b\\*\\*');
});
