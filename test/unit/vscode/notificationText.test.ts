import { expect, test } from 'vitest';
import { notificationText } from '../../../src/vscode/notificationText.ts';

/** What VS Code takes for a link in a notification. */
const LINK = /\[[^\]]+\]\((?:https?:\/\/|command:|file:)[^)\s]+/i;

test.each([
  '[Fix it](command:workbench.action.quit)',
  '[[a]](command:b)',
  '[a]([b](command:c))',
  '[a]\u200b(command:b)',
  '[a]\u0000(https://example.test)',
])('%j is no link', (text) => {
  expect(notificationText(`The server answered 401 ${text}.`)).not.toMatch(LINK);
});

test('what cannot be seen gets a sign', () => {
  expect(notificationText('a\u202eb\nc\u001b[31m')).toBe('a‹U+202E›b↵c␛[31m');
});

test('a server cannot fill the window, and no character is cut in half', () => {
  expect(notificationText('x'.repeat(100_000))).toBe(`${'x'.repeat(1000)}…`);
  expect(notificationText(`${'x'.repeat(999)}${'😀'.repeat(9)}`)).toBe(`${'x'.repeat(999)}…`);
});

test('our own sentences stay as they are', () => {
  const own = 'Nothing listens at ws://localhost:1/[a] (port 1): start “the server” – or use another port.';
  expect(notificationText(own)).toBe(own);
});
