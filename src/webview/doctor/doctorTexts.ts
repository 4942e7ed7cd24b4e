export const DOCTOR_TEXT = {
  failure: 'Why it failed',
  showEvidence: 'Show the Evidence',
  hideEvidence: 'Hide the Evidence',
  headers: (headers: number) => (headers === 1 ? '1 header' : `${headers} headers`),
  body: (size: string) => `Body, ${size}`,
  firstBytes: (bytes: number) => `First ${bytes} bytes`,
  certificates: (certificates: number) =>
    certificates === 1 ? '1 certificate' : `${certificates} certificates`,
  showRow: 'Show in Timeline',
} as const;
