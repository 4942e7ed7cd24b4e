import type { DirectionChoice, KindGroup, SearchMode } from './searchOptions.ts';

export const DIRECTION_CHOICE_NAMES: Readonly<Record<DirectionChoice, string>> = {
  all: 'All',
  in: 'In',
  out: 'Out',
};

export const KIND_GROUP_NAMES: Readonly<Record<KindGroup, string>> = {
  text: 'Text',
  binary: 'Binary',
  control: 'Control',
};

export const SEARCH_PLACEHOLDERS: Readonly<Record<SearchMode, string>> = {
  plain: 'Search messages',
  regex: 'Search, as in "price":\\s*1\\d',
  jsonpath: 'Search, as in $.type == "trade" or $.items[?@.price > 10]',
};

export const SEARCH_TEXT = {
  goToTitle: 'Go to Message or Time (Ctrl+G)',
  chart: 'Rate',
  chartTitle: 'Show the rate of messages over the whole session',
  follow: 'Follow',
  followTitle: 'Keep the newest row in view (End)',
  toolbar: 'Filter and search',
  direction: 'Direction',
  kinds: 'Kinds of message',
  search: 'Search',
  searchTitle: (keys: string) => `Search the messages (${keys})`,
  caseSensitive: 'Match Case',
  regex: 'Use Regular Expression',
  jsonpath: 'Use JSONPath or a Condition',
  onlyMatches: 'Only matches',
  onlyMatchesTitle: 'Leave out the rows that the search does not find',
  nextMatch: 'Next Match (Enter, F3)',
  previousMatch: 'Previous Match (Shift+Enter, Shift+F3)',
  clearSearch: 'Clear the Search (Escape)',
  cancelSearch: 'Cancel the Search',
  matches: (hits: string) => (hits === '1' ? '1 match' : `${hits} matches`),
  noMatches: 'No matches',
  matchOf: (current: string, hits: string) => `${current} of ${hits}`,
  searching: 'Searching',
  searchCancelled: 'Cancelled',
  searchStopped: 'Stopped',
  skipped: (rows: string) =>
    `${rows === '1' ? '1 message is' : `${rows} messages are`} too long or nested too deep to be searched.`,
  searchDone: (hits: string) => `Search done: ${hits}`,
  emptyMatches: ['No row matches.', 'Change the filter or the search to see others.'],
  emptyCancelled: ['The search was cancelled.', 'Press Enter in the search field to search again.'],
} as const;
