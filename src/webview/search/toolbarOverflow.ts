import type { MenuItem } from '../parts/menu.ts';
import type { Width } from '../base/width.ts';
import { KIND_GROUPS } from './searchOptions.ts';
import type { KindGroup, SearchMode, SearchOptions } from './searchOptions.ts';
import { KIND_GROUP_NAMES, SEARCH_TEXT } from './searchTexts.ts';

/** The action of an item in the toolbar's menu, the same as that of the hidden button. */
export type OverflowChoice =
  | KindGroup
  | Exclude<SearchMode, 'plain'>
  | 'caseSensitive'
  | 'decoded'
  | 'onlyMatches'
  | 'units'
  | 'folds'
  | 'goTo'
  | 'chart';

/**
 * The menu items for the buttons that do not fit; empty if all of them fit.
 * @param knowsProtocol whether units can be filtered
 */
export function overflowItems(
  width: Width,
  options: SearchOptions,
  chart: boolean,
  knowsProtocol: boolean,
): MenuItem[] {
  if (width === 'wide') return [];
  const item = (value: OverflowChoice, text: string, more: Partial<MenuItem> = {}): MenuItem => ({
    value,
    text,
    ...more,
  });
  const { kinds, mode, caseSensitive, decoded, onlyMatches, folds, types, names } = options;
  const narrow: MenuItem[] =
    width === 'medium'
      ? []
      : [
          ...KIND_GROUPS.map((group) =>
            item(group, KIND_GROUP_NAMES[group], { isOn: kinds.includes(group) }),
          ),
          item('caseSensitive', SEARCH_TEXT.caseSensitive, {
            beginsGroup: true,
            isOn: caseSensitive && mode !== 'jsonpath',
            isDisabled: mode === 'jsonpath',
          }),
          item('regex', SEARCH_TEXT.regex, { isOn: mode === 'regex' }),
          item('jsonpath', SEARCH_TEXT.jsonpath, { isOn: mode === 'jsonpath' }),
        ];
  return [
    ...narrow,
    item('decoded', SEARCH_TEXT.decoded, { isOn: decoded }),
    item('onlyMatches', SEARCH_TEXT.onlyMatches, { isOn: onlyMatches }),
    ...(knowsProtocol
      ? [
          item('units', SEARCH_TEXT.unitsItem, { beginsGroup: true, isOn: types.length + names.length > 0 }),
          item('folds', SEARCH_TEXT.folds, { isOn: folds }),
        ]
      : []),
    item('chart', SEARCH_TEXT.chart, { beginsGroup: true, isOn: chart }),
    item('goTo', SEARCH_TEXT.goToItem),
  ];
}
