export const CHART_TEXT = {
  chartHead: 'Messages a second',
  counting: (percent: number) => `Counting: ${percent} %`,
  chartPeak: (received: string, sent: string) => `at most ${received} in, ${sent} out`,
  chartAt: (time: string, received: string, sent: string) => `${time}   ${received} in, ${sent} out`,
  chartUpTo: (mean: string, max: string) => `${mean} (up to ${max})`,
  chartSummary: (duration: string, received: string, sent: string) =>
    `Rate of messages over ${duration}: at most ${received} a second received and ${sent} sent. Arrow keys choose a time, Enter goes there.`,
  chartEmpty: 'Rate of messages: there are none yet.',
} as const;
