import { describe, expect, it } from 'vitest';
import { NO_SEARCH } from '../../../src/webview/search/searchOptions.ts';
import { overflowItems } from '../../../src/webview/search/toolbarOverflow.ts';

const values = (...args: Parameters<typeof overflowItems>): string[] =>
  overflowItems(...args).map(({ value }) => value);

describe('overflowItems', () => {
  it('has an item for each tool without a button', () => {
    expect(values('wide', NO_SEARCH, true, false)).toEqual([]);
    expect(values('medium', NO_SEARCH, true, false)).toEqual(['decoded', 'onlyMatches', 'chart', 'goTo']);
    expect(values('narrow', NO_SEARCH, true, false)).toEqual([
      ...['text', 'binary', 'control', 'caseSensitive', 'regex', 'jsonpath'],
      ...['decoded', 'onlyMatches', 'chart', 'goTo'],
    ]);
  });

  it('marks active items', () => {
    const options = { ...NO_SEARCH, kinds: ['binary'], mode: 'jsonpath', caseSensitive: true } as const;
    const on = overflowItems('narrow', options, true, false).filter(({ isOn }) => isOn);
    expect(on.map(({ value }) => value)).toEqual(['binary', 'jsonpath', 'chart']);
    const decoded = overflowItems('medium', { ...NO_SEARCH, decoded: true }, false, false)[0];
    expect([decoded?.isOn, decoded?.text]).toEqual([true, 'Search in Decoded']);
    const disabled = overflowItems('narrow', options, true, false).filter(({ isDisabled }) => isDisabled);
    expect(disabled.map(({ value }) => value)).toEqual(['caseSensitive']);
  });

  it('filters units and folds if a protocol is known', () => {
    expect(values('wide', NO_SEARCH, true, true)).toEqual([]);
    expect(values('medium', NO_SEARCH, true, true)).toEqual([
      'decoded',
      'onlyMatches',
      'units',
      'folds',
      'chart',
      'goTo',
    ]);
    const options = { ...NO_SEARCH, names: ['chat'], folds: true };
    const on = overflowItems('narrow', options, false, true).filter(({ isOn }) => isOn);
    expect(on.map(({ value }) => value)).toEqual(['units', 'folds']);
  });
});
