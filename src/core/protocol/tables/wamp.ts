import type { ProtocolTable, TableRule, TableTemplate, TableVerb } from '../table/protocolTable.ts';

const is = (code: number | readonly number[]): Pick<TableRule, 'when'> => ({ when: { '$[0]': code } });

/** A confirmation of a request, matched by its id. */
const confirm = (code: number, label: string): TableRule => ({
  ...is(code),
  type: 'reply',
  label,
  replyTo: '$[1]',
});

/** Positional arguments if the payload is an array, keyword arguments if it is an object. */
const args = ['<body array>', '<body object>'] as const;

const request = (
  name: string,
  argument: string,
  about: string,
  message: readonly TableTemplate[],
  sample: NonNullable<TableVerb['sample']>,
): TableVerb => ({
  name,
  arguments: [argument],
  body: 'container',
  bodyName: 'arguments',
  about,
  message,
  sample,
});

/** WAMP 2 with the JSON serializer: `[code, …]`, section 6 of its basic profile. Keyword arguments are the payload if there are any. */
export const wamp: ProtocolTable = {
  id: 'wamp',
  title: 'WAMP 2',
  about: 'Calls, events and registrations of the Web Application Messaging Protocol, as JSON.',
  specification: 'https://wamp-proto.org/wamp_latest_ietf.html',
  detect: { subprotocols: ['wamp.2.json'] },
  offer: ['wamp.2.json'],
  ids: 'number',
  rules: [
    { ...is(1), type: 'control', name: '$[1]', label: 'HELLO {$[1]}', payload: '$[2]' },
    { ...is(2), type: 'control', name: 'WELCOME', payload: '$[2]' },
    { ...is(3), type: 'error', name: 'ABORT', error: '$[2]', payload: '$[1]' },
    { ...is(4), type: 'control', name: 'CHALLENGE', payload: '$[2]' },
    { ...is(5), type: 'control', name: 'AUTHENTICATE', payload: '$[2]' },
    { ...is(6), type: 'control', name: 'GOODBYE', label: 'GOODBYE {$[2]}', payload: '$[1]' },
    { ...is(8), type: 'error', replyTo: '$[2]', error: '$[4]', payload: ['$[6]', '$[5]', '$[3]'] },
    {
      ...is(16),
      type: 'call',
      name: '$[3]',
      label: 'PUBLISH {$[3]}',
      id: '$[1]',
      payload: ['$[5]', '$[4]', '$[2]'],
    },
    confirm(17, 'PUBLISHED'),
    { ...is(32), type: 'subscribe', name: '$[3]', label: 'SUBSCRIBE {$[3]}', id: '$[1]', payload: '$[2]' },
    { ...is(33), type: 'reply', label: 'SUBSCRIBED', replyTo: '$[1]', stream: '$[2]' },
    { ...is(34), type: 'unsubscribe', label: 'UNSUBSCRIBE', id: '$[1]', stream: '$[2]' },
    confirm(35, 'UNSUBSCRIBED'),
    { ...is(36), type: 'event', label: 'EVENT', stream: '$[1]', payload: ['$[5]', '$[4]', '$[3]'] },
    {
      ...is(48),
      type: 'call',
      name: '$[3]',
      label: 'CALL {$[3]}',
      id: '$[1]',
      payload: ['$[5]', '$[4]', '$[2]'],
    },
    { ...is(49), type: 'control', name: 'CANCEL', stream: '$[1]', payload: '$[2]' },
    { ...is(50), type: 'reply', label: 'RESULT', replyTo: '$[1]', payload: ['$[4]', '$[3]', '$[2]'] },
    { ...is(64), type: 'call', name: '$[3]', label: 'REGISTER {$[3]}', id: '$[1]', payload: '$[2]' },
    { ...is(65), type: 'reply', label: 'REGISTERED', replyTo: '$[1]', stream: '$[2]' },
    { ...is(66), type: 'call', name: 'UNREGISTER', id: '$[1]', stream: '$[2]' },
    confirm(67, 'UNREGISTERED'),
    {
      ...is(68),
      type: 'call',
      name: 'INVOCATION',
      id: '$[1]',
      stream: '$[2]',
      payload: ['$[5]', '$[4]', '$[3]'],
    },
    { ...is(69), type: 'control', name: 'INTERRUPT', stream: '$[1]', payload: '$[2]' },
    { ...is(70), type: 'reply', label: 'YIELD', replyTo: '$[1]', payload: ['$[4]', '$[3]', '$[2]'] },
  ],
  opening: {
    by: 'verb',
    accepted: { '$[0]': 2 },
    refused: { '$[0]': 3 },
    reason: '$[2]',
    about: 'Waits after `@hello` for the WELCOME of the router.',
  },
  verbs: [
    {
      name: 'hello',
      arguments: ['realm'],
      body: 'object',
      bodyName: 'details',
      defaultBody: '{"roles":{"caller":{},"callee":{},"publisher":{},"subscriber":{}}}',
      opens: true,
      about: 'Opens a session in a realm.',
      sample: { line: 'realm1' },
      message: [1, '<argument realm>', '<body>'],
    },
    request('call', 'procedure', 'Calls a procedure.', [48, '<id>', {}, '<argument procedure>', ...args], {
      line: 'com.example.add',
      body: '[2, 3]',
    }),
    request(
      'publish',
      'topic',
      'Publishes to a topic and asks for its acknowledgement.',
      [16, '<id>', { acknowledge: true }, '<argument topic>', ...args],
      {
        line: 'com.example.news',
        body: '["Hello"]',
      },
    ),
    {
      ...request('subscribe', 'topic', 'Subscribes to a topic.', [32, '<id>', {}, '<argument topic>'], {
        line: 'com.example.news',
      }),
      body: 'none',
    },
    {
      ...request(
        'register',
        'procedure',
        'Registers a procedure.',
        [64, '<id>', {}, '<argument procedure>'],
        { line: 'com.example.add' },
      ),
      body: 'none',
    },
    {
      name: 'yield',
      answers: true,
      body: 'container',
      bodyName: 'result',
      about: 'Answers the INVOCATION that the step took.',
      sample: { body: '[5]' },
      message: [70, '<reply-to>', {}, ...args],
    },
  ],
};

const binaryWamp = (format: string, title: string): ProtocolTable => ({
  ...wamp,
  id: `wamp-${format}`,
  title: `WAMP 2 over ${title}`,
  about: `WAMP 2 with the ${title} serializer: the same messages and verbs.`,
  detect: { subprotocols: [`wamp.2.${format}`] },
  offer: [`wamp.2.${format}`],
});

/** Section 4.3 of the basic profile: the same arrays in another serialization. Batched variants are not supported. */
export const wampMsgpack = binaryWamp('msgpack', 'MessagePack');
export const wampCbor = binaryWamp('cbor', 'CBOR');
