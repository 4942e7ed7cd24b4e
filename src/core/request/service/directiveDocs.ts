import { ENCODINGS } from '../plan/directives.ts';
import type { FaultKind } from '../syntax/faultTree.ts';

/**
 * The argument and the meaning of a directive. For directives that set connection options, core/session's table has
 * them.
 */
export interface DirectiveDoc {
  /** As written, with its argument: `@within 2s`. */
  readonly usage: string;
  /** Markdown. */
  readonly text: string;
  /** Arguments to choose from, with their meanings. */
  readonly values?: ReadonlyMap<string, string>;
}

const NO_VALUES: ReadonlyMap<string, string> = new Map();

function doc(usage: string, text: string, values = NO_VALUES): DirectiveDoc {
  return { usage, text, values };
}

export const REQUEST_DIRECTIVE_DOCS: ReadonlyMap<string, DirectiveDoc> = new Map([
  ['name', doc('@name Subscribe to ticks', 'The name of the request in lists, runs and searches.')],
  [
    'env',
    doc(
      '@env staging',
      'The environment whose variables the request uses, unless the run chooses another one.',
    ),
  ],
  [
    'header',
    doc(
      '@header Name: value',
      'A header of every request of the file. It belongs in the first block of the file, which has no target. A header of the same name in a request takes precedence.',
    ),
  ],
  ['disabled', doc('@disabled', 'Disables the request: runs skip it and report that.')],
  [
    'expect',
    doc(
      '@expect status == 401',
      'A condition for the response of the handshake, about `status`, `subprotocol` or `header <name>`. With `status == 401` the request passes if the server refuses it with 401.',
    ),
  ],
]);

/** Above a `SERVE` line, and in a `PROXY` block. */
const LISTENER_DOCS: readonly (readonly [string, DirectiveDoc])[] = [
  [
    'tls-cert',
    doc(
      '@tls-cert ./server.pem',
      'The certificate for a `wss://` URL, in PEM form or as PKCS#12. Without it, a certificate is made for the run.',
    ),
  ],
  ['tls-key', doc('@tls-key ./server.key', 'The private key of this certificate in PEM form.')],
  ['tls-passphrase', doc('@tls-passphrase {{$secret key}}', 'The passphrase of this key.')],
];

/** Above a `SERVE` line. */
export const SERVER_DIRECTIVE_DOCS: ReadonlyMap<string, DirectiveDoc> = new Map([
  ['name', doc('@name Ticks', 'The name of the server, in lists and as an argument of `duplex serve`.')],
  [
    'status',
    doc(
      '@status 401',
      'Refuses the handshake with this status, the headers below the target and the payload as the body.',
    ),
  ],
  ['env', REQUEST_DIRECTIVE_DOCS.get('env')!],
  ...LISTENER_DOCS,
  ['disabled', doc('@disabled', 'Disables the block: it is not served.')],
]);

/** The kinds of fault, with their meanings. */
export const FAULT_WORDS: Readonly<Record<FaultKind, string>> = {
  delay: 'Delays messages and keeps their order: `delay 200ms jitter 50ms`.',
  throttle: 'Limits the bytes per second: `throttle 20KiB/s`. The sender has to wait.',
  drop: 'Does not pass messages on.',
  duplicate: 'Passes messages on twice.',
  corrupt: 'Changes one character of a text message, or one byte of a binary one.',
  fragment: 'Passes messages on in fragments of at most this size: `fragment 1KiB`.',
  hold: 'Keeps messages until they are released, edited or dropped by hand, or for a time: `hold 30s`. Later ones wait behind them.',
  stall:
    'Stops reading, for a time or forever: `stall 5s`. The sender has to wait when the buffers are full.',
  'no-pong': 'Does not pass pongs on, as if the other side were silent.',
  'half-open': 'Passes nothing on, and neither side notices that the other is gone.',
  close:
    'Closes both sides with this code: `close 1011 after 100 messages`. 1006 ends them without a close frame.',
  refuse: 'Refuses handshakes with this status: `refuse 503 count 2`.',
};

/** The words after the kind of a fault. */
export const FAULT_CLAUSE_WORDS: ReadonlyMap<string, string> = new Map([
  ['in', 'Only messages from the server to the client.'],
  ['out', 'Only messages from the client to the server.'],
  ['jitter', 'The maximum random deviation from a delay, up or down: `jitter 50ms`.'],
  [
    'after',
    'Begins after a number of messages, or a time after the connection opens: `after 100 messages`, `after 5s`.',
  ],
  ['count', 'The maximum number of times that the fault happens: `count 3`.'],
  ['probability', 'The probability that it happens to a message: `probability 0.1`.'],
  ['seed', 'Makes the random choices the same in each run: `seed 7`.'],
  ['where', 'Only messages that satisfy this condition: `where $.type == "tick"`.'],
]);

/** In a `PROXY` block. */
export const PROXY_DIRECTIVE_DOCS: ReadonlyMap<string, DirectiveDoc> = new Map([
  ['name', doc('@name Bad network', 'The name of the proxy, in lists and as an argument of `duplex serve`.')],
  [
    'fault',
    doc(
      '@fault drop in probability 0.1 seed 7 where $.type == "tick"',
      'A fault that the proxy applies to messages, then its direction, count, probability or a condition.',
      new Map(Object.entries(FAULT_WORDS)),
    ),
  ],
  ['env', REQUEST_DIRECTIVE_DOCS.get('env')!],
  ...LISTENER_DOCS,
  ['disabled', doc('@disabled', 'Disables the block: it is not started.')],
]);

/** In a step of a server, in addition to those of every step. */
export const SERVER_STEP_DIRECTIVE_DOCS: ReadonlyMap<string, DirectiveDoc> = new Map([
  [
    'to',
    doc(
      '@to all',
      'Also sends the message to other clients of this server.',
      new Map([
        ['all', 'To every client of this server.'],
        ['others', 'To every client except the one of this connection.'],
      ]),
    ),
  ],
]);

export const STEP_DIRECTIVE_DOCS: ReadonlyMap<string, DirectiveDoc> = new Map([
  [
    'where',
    doc(
      '@where $.type == "subscribed"',
      'Waits for the oldest message that satisfies this condition. All other messages stay available to later steps. `@where kind == "close"` waits for the close.',
    ),
  ],
  [
    'none',
    doc(
      '@none',
      'Passes if no message that satisfies its `@where` arrives within the time of `@within`. Fails as soon as one arrives.',
    ),
  ],
  ['reply', doc('@reply', 'Takes only the reply to the last call of the request. It needs a `@protocol`.')],
  ['within', doc('@within 2s', 'How long to wait for the message; the default is 10 s.')],
  ['expect', doc('@expect $.price > 100', 'A condition that the message of this step must satisfy.')],
  [
    'capture',
    doc('@capture id = $.id', 'Stores a value of the message in a variable, `{{id}}`, for the steps below.'),
  ],
  ['delay', doc('@delay 500ms', 'How long to wait before the message is sent.')],
  ['label', doc('@label Unsubscribe', 'The name of the step in reports.')],
  [
    'binary',
    doc(
      '@binary hex',
      'Sends the payload, which is written as hexadecimal digits or as base64, as a binary message.',
      new Map([
        ['hex', 'Hexadecimal digits. Blanks and line breaks between them are ignored.'],
        ['base64', 'Base64 (RFC 4648).'],
      ]),
    ),
  ],
  [
    'escape',
    doc('@escape', 'Resolves escapes in the payload: `\\n`, `\\t`, `\\0`, `\\x1e`, `\\u2028`, `\\\\`.'),
  ],
  [
    'encode',
    doc(
      '@encode msgpack',
      'Sends the payload, which is JSON, as a binary message in this format.',
      ENCODINGS,
    ),
  ],
  [
    'repeat',
    doc(
      '@repeat 10 every 100ms',
      'Sends the message several times, each with new values of its dynamic variables.',
    ),
  ],
  ['echo', doc('@echo', 'Sends the message that the step received, text as text and binary as binary.')],
  [
    'ping',
    doc('@ping text', 'Sends a ping with this payload, of at most 125 bytes (RFC 6455, section 5.5.2).'),
  ],
  [
    'close',
    doc('@close 1000 done', 'Closes the connection with this code and reason (RFC 6455, section 7.4).'),
  ],
]);
