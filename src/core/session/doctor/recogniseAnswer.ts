/** Beginnings of what answers on ports that are not HTTP, as Latin-1 text. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  // RFC 8446, section 5.1: an alert or a handshake record of any version.
  [/^[\x15\x16]\x03[\x00-\x04]/, 'TLS'],
  // RFC 9113, section 3.4: the server begins with a SETTINGS frame.
  [/^\x00[\x00-\xff]{2}\x04[\x00\x01]\x00{4}/, 'HTTP/2'],
  [/^SSH-/, 'SSH'],
  [/^RFB \d/, 'VNC'],
  [/^HTTP\//, 'HTTP'],
  [/^[-+]\S/, 'Redis or POP3'],
  [/^\* OK/, 'IMAP'],
  [/^220[ -]/, 'SMTP or FTP'],
  [/^[\x81\x82\x88\x89][\x00-\x7f]/, 'WebSocket frames without a handshake'],
];

/** Which protocol an answer speaks that begins so; undefined where it is not known. @param hex its first bytes */
export function recogniseAnswer(hex: string): string | undefined {
  const text = String.fromCharCode(...bytesOf(hex));
  return BEGINNINGS.find(([beginning]) => beginning.test(text))?.[1];
}

function bytesOf(hex: string): number[] {
  const pairs = hex.match(/[0-9a-f]{2}/gi) ?? [];
  return pairs.map((pair) => Number.parseInt(pair, 16));
}
