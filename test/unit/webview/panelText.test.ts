import { expect, it } from 'vitest';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import { emptyText, rowsText } from '../../../src/webview/text/panelText.ts';

it('counts the rows, and those that a filter leaves', () => {
  expect(rowsText(1, 1)).toBe('1 row');
  expect(rowsText(1_200, 1_200)).toBe('1,200 rows');
  expect(rowsText(3, 1_200)).toBe('3 of 1,200 rows');
});

it('says what to do about an empty timeline, unless messages may come any moment', () => {
  const silent = SESSION_STATES.filter((state) => emptyText(state).length === 0);
  expect(silent).toEqual(['open', 'closing']);
});
