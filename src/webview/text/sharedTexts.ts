export const SHARED_TEXT = {
  cancel: 'Cancel',
  dismiss: 'Dismiss',
  notVerified: 'not verified',
  verifiedTitle: 'The certificate was verified.',
  expiresIn: (days: number) => {
    if (days < 0) return 'certificate has expired';
    if (days === 0) return 'certificate expires within a day';
    return `certificate expires in ${days === 1 ? '1 day' : `${days} days`}`;
  },
  in: 'in',
  out: 'out',
  counter: (messages: string, bytes: string) => `${messages} / ${bytes}`,
  subprotocol: 'Subprotocol',
  extensions: 'Extensions',
  deflate: 'deflate',
  serverNoContextTakeover: 'the server compresses each message on its own',
  clientNoContextTakeover: 'the client compresses each message on its own',
  serverWindow: (size: string) => `the server looks back at most ${size}`,
  clientWindow: (size: string) => `the client looks back at most ${size}`,
  handshake: 'Handshake',
  copyCurl: 'Copy as curl',
  subject: 'Subject',
  issuer: 'Issuer',
  altNames: 'Names',
  validity: 'Valid',
  validFromTo: (from: string, to: string) => `${from} to ${to}`,
  fingerprint: 'SHA-256 fingerprint',
  serialNumber: 'Serial number',
  closeInspector: 'Close',
} as const;
