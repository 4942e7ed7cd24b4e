/** First bytes of servers that do not speak HTTP, as Latin-1 text. The first match counts. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  // RFC 8446, section 5.1: an alert or a handshake record of any version.
  [/^[\x15\x16]\x03[\x00-\x04]/, 'TLS'],
  // RFC 9113, sections 3.4 and 6.8: the server starts with a SETTINGS frame, or refuses with GOAWAY.
  [/^\x00[\x00-\xff]{2}[\x04\x07][\x00\x01]\x00{4}/, 'HTTP/2'],
  [/^SSH-/, 'SSH'],
  [/^RFB \d/, 'VNC'],
  [/^RTSP\//, 'RTSP'],
  [/^SIP\/2/, 'SIP'],
  [/^ICAP\//, 'ICAP'],
  [/^HTTP\/(?!1\.)/, 'another version of HTTP'],
  [/^AMQP/, 'AMQP'],
  [/^INFO \{/, 'NATS'],
  [/^\+OK/, 'POP3 or Redis'],
  [
    /^-ERR (unknown command|wrong number|Protocol error|unbalanced)|^-(NOAUTH|DENIED|WRONGTYPE|MOVED|LOADING)|^\+PONG/,
    'Redis',
  ],
  [/^[-+][A-Z]/, 'Redis or POP3'],
  [/^\* (OK|BYE|PREAUTH)/, 'IMAP'],
  [/^(220|421|554)[ -].*\bE?SMTP\b/i, 'SMTP'],
  [/^(220|421|530)[ -].*FTP/i, 'FTP'],
  [/^(220|421|554)[ -]/, 'SMTP or FTP'],
  [/^(ERROR|CLIENT_ERROR|SERVER_ERROR)\b.*\r\n/, 'memcached'],
  // Protocol version 10 of MySQL's and MariaDB's greeting, after a length of three bytes and a sequence number.
  [/^[\x00-\xff]{3}\x00\x0a\d+\.\d/, 'MySQL'],
  [/^E\x00\x00[\x00-\xff]{2}S(FATAL|ERROR|PANIC)/, 'PostgreSQL'],
  // RFC 854: IAC, then WILL, WONT, DO or DONT.
  [/^\xff[\xfb-\xfe]/, 'Telnet'],
  [/^\x20\x02[\x00\x01][\x00-\x05]|^\x20[\x03-\x7f][\x00\x01][\x80-\x9f]/, 'MQTT'],
  [/^\x03\x00\x00/, 'RDP'],
  [/^(<\?xml[^>]*>\s*)?<stream:/, 'XMPP'],
  [/^:\S+ (NOTICE|451|421) |^(NOTICE|ERROR) :?/, 'IRC'],
  [/^\s*(<!doctype html|<html|<head|<body)/i, 'HTML without the head of an HTTP answer'],
  [/^\s*[{[]\s*["{[\d\]}]/, 'JSON without the head of an HTTP answer'],
  [/^[\x81\x82\x88\x89][\x00-\x7f]/, 'WebSocket frames without a handshake'],
];

/** @param hex the first bytes of an answer @returns the protocol that it speaks; undefined if it is unknown */
export function recogniseAnswer(hex: string): string | undefined {
  const text = String.fromCharCode(...bytesOf(hex));
  return BEGINNINGS.find(([beginning]) => beginning.test(text))?.[1];
}

function bytesOf(hex: string): number[] {
  const pairs = hex.match(/[0-9a-f]{2}/gi) ?? [];
  return pairs.map((pair) => Number.parseInt(pair, 16));
}
