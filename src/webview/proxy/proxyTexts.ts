import { t } from '../base/l10n.ts';

export const PROXY_TEXT = {
  proxy: t('Proxy'),
  hold: {
    in: { text: t('Hold Received'), title: t('Hold messages from the server until you release them') },
    out: { text: t('Hold Sent'), title: t('Hold messages from the client until you release them') },
  },
  condition: t('Condition of messages to hold'),
  conditionHint: t('all messages, or such as $.type == "tick"'),
  held: (messages: string) => t('{0} held', messages),
  release: t('Release'),
  releaseTitle: t('Pass on the selected held message, or the first one if none is selected'),
  edit: t('Edit and Release…'),
  drop: t('Drop'),
  dropTitle: t('Drop the selected held message, or the first one if none is selected'),
  releaseAll: t('Release All'),
  faults: (on: string) => t('Faults ({0} on)', on),
  faultsTitle: t('Faults for all connections of the proxy'),
  fired: (times: string) => t('{0}×', times),
  remove: (fault: string) => t('Remove {0}', fault),
  newFault: t('New fault'),
  newFaultHint: t('such as delay 200ms jitter 50ms'),
  add: t('Add'),
  editing: (seq: number) => t('Held message #{0}', seq),
  send: t('Release Edited'),
  cancel: t('Cancel'),
} as const;
