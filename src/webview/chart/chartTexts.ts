import { t } from '../base/l10n.ts';
export const CHART_TEXT = {
  chartHead: t('Messages a second'),
  counting: (percent: number) => t('Counting: {0} %', percent),
  chartPeak: (received: string, sent: string) => t('at most {0} in, {1} out', received, sent),
  chartAt: (time: string, received: string, sent: string) => t('{0}   {1} in, {2} out', time, received, sent),
  chartUpTo: (mean: string, max: string) => t('{0} (up to {1})', mean, max),
  chartSummary: (duration: string, received: string, sent: string) =>
    t(
      'Rate of messages over {0}: at most {1} a second received and {2} sent. Arrow keys choose a time, with Shift a range; Enter goes there.',
      duration,
      received,
      sent,
    ),
  chartRange: (from: string, to: string) => t('{0} to {1}', from, to),
  chartEmpty: t('Rate of messages: there are none yet.'),
} as const;
