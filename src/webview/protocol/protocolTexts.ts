import { t } from '../base/l10n.ts';

export const PROTOCOL_TEXT = {
  conversation: t('Conversation'),
  close: t('Close the conversation'),
  nothing: t('No calls and no open subscriptions so far.'),
  indexing: (rows: string, total: string) => t('{0} of {1} rows are read.', rows, total),
  latencies: t('Latency by Name'),
  subscriptions: t('Open Subscriptions'),
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
