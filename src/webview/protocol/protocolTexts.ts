import { t } from '../base/l10n.ts';

export const PROTOCOL_TEXT = {
  conversation: t('Conversation'),
  close: t('Close the conversation'),
  nothing: t('No calls and no subscriptions so far.'),
  indexing: (rows: string, total: string) => t('{0} of {1} rows are read.', rows, total),
  latencies: t('Latency by Name'),
  subscriptions: t('Open Subscriptions'),
  ended: t('Ended Subscriptions'),
  onlyOf: (row: number) => t('Show only the operation of #{0}', row),
  calls: t('Calls'),
  unansweredOnly: t('Only Without a Reply'),
  figures: [t('Name'), t('Calls'), t('Errors'), t('No Reply'), 'p50', 'p95', 'p99'],
  subscription: [t('Name'), t('Stream'), t('Events'), t('Per Second')],
  noReply: t('no reply'),
  callsOf: (name: string) => t('Calls of {0}', name),
  allCalls: t('Calls of every name'),
  pairs: t('Pair calls with replies'),
  pairsTitle: t('A JSONPath to the id. Without paths, the ids of the protocol pair calls with replies.'),
  callPath: t('Id in a call'),
  replyPath: t('Id in its reply'),
  bothPaths: t('Type both paths, or none.'),
  unnamed: t('(no name)'),
} as const;

export const TOPIC_TEXT = {
  topics: t('Topics'),
  close: t('Close the topics'),
  showAll: t('Show the messages of all topics'),
  nothing: t('No messages with a topic so far.'),
  count: (topics: string) => (topics === '1' ? t('1 topic') : t('{0} topics', topics)),
  others: (messages: string) => t('Messages of topics beyond the limit of the tree: {0}.', messages),
  chosen: (path: string, topics: string) => t('The timeline shows {0}. Topics: {1}.', path, topics),
  more: (names: string, topics: string) =>
    t('The filter applies to the {0} topics with the most messages, of {1}.', names, topics),
  all: t('The timeline shows the messages of all topics.'),
} as const;
