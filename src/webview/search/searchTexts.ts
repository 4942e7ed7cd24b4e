import { t } from '../base/l10n.ts';
import type { UnitType } from '../../shared/units.ts';
import type { DirectionChoice, KindGroup, SearchMode } from './searchOptions.ts';

export const DIRECTION_CHOICE_NAMES: Readonly<Record<DirectionChoice, string>> = {
  all: t('All'),
  in: t('In'),
  out: t('Out'),
};

export const KIND_GROUP_NAMES: Readonly<Record<KindGroup, string>> = {
  text: t('Text'),
  binary: t('Binary'),
  control: t('Control'),
};

export const SEARCH_PLACEHOLDERS: Readonly<Record<SearchMode, string>> = {
  plain: t('Search messages'),
  regex: t('Search, as in "price":\\s*1\\d'),
  jsonpath: t('Search, as in $.type == "trade", latency > 100ms or $.items[?@.price > 10]'),
};

export const UNIT_TYPE_NAMES: Readonly<Record<UnitType, string>> = {
  call: t('Calls'),
  reply: t('Replies'),
  error: t('Errors'),
  event: t('Events'),
  subscribe: t('Subscriptions'),
  unsubscribe: t('Ends of Subscriptions'),
  control: t('Control of the Protocol'),
};

export const SEARCH_TEXT = {
  units: t('Filter by Type and Name'),
  unitsItem: t('Filter by Type and Name…'),
  endOperation: (seq: number) => t('Only the operation of #{0} is shown: show all', seq),
  folds: t('Fold Heartbeats and Chores'),
  types: t('Types'),
  names: t('Names'),
  findName: t('Find a name'),
  noName: t('(no name)'),
  noNames: t('No names so far.'),
  moreNames: (names: string) => t('{0} more: type a part of the name.', names),
  showAll: t('Show All'),
  goToTitle: t('Go to Message or Time (Ctrl+G)'),
  goToItem: t('Go to Message or Time…'),
  more: t('More Filters and Tools'),
  chart: t('Rate'),
  chartTitle: t('Show the rate of messages over the whole session'),
  follow: t('Follow'),
  followTitle: t('Keep the newest row in view (End)'),
  toolbar: t('Filter and search'),
  direction: t('Direction'),
  kinds: t('Kinds of message'),
  search: t('Search'),
  searchTitle: (keys: string) => t('Search the messages ({0})', keys),
  caseSensitive: t('Match Case'),
  regex: t('Use Regular Expression'),
  jsonpath: t('Use JSONPath or a Condition'),
  searchAs: { jsonpath: t('Search as a JSONPath'), condition: t('Search as a Condition') },
  decoded: t('Search in Decoded'),
  decodedTitle: t('Search in what messages decode to (slower: every message is decoded)'),
  onlyMatches: t('Only matches'),
  onlyMatchesTitle: t('Leave out the rows that the search does not find'),
  nextMatch: t('Next Match (Enter, F3)'),
  previousMatch: t('Previous Match (Shift+Enter, Shift+F3)'),
  clearSearch: t('Clear the Search (Escape)'),
  cancelSearch: t('Cancel the Search'),
  matches: (hits: string) => (hits === '1' ? t('1 match') : t('{0} matches', hits)),
  noMatches: t('No matches'),
  matchOf: (current: string, hits: string) => t('{0} of {1}', current, hits),
  searching: t('Searching'),
  searchCancelled: t('Cancelled'),
  searchStopped: t('Stopped'),
  skipped: (rows: string) =>
    t(
      '{0} too long or nested too deep to be searched.',
      rows === '1' ? t('1 message is') : t('{0} messages are', rows),
    ),
  searchDone: (hits: string) => t('Search done: {0}', hits),
  emptyMatches: [t('No row matches.'), t('Change the filter or the search to see others.')],
  emptyCancelled: [t('The search was cancelled.'), t('Press Enter in the search field to search again.')],
} as const;
