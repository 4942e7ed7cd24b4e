import type {
  ProtocolTable,
  TableOpening,
  TableRule,
  TableTemplate,
  TableVerb,
} from '../table/protocolTable.ts';

// The two protocols of GraphQL over WebSocket. The package graphql-ws speaks the subprotocol graphql-transport-ws; the subprotocol
// graphql-ws is the one of the older package subscriptions-transport-ws.

const is = (type: string): Pick<TableRule, 'when'> => ({ when: { '$.type': type } });

const open = (type: string): TableRule => ({
  ...is(type),
  type: 'subscribe',
  name: '$.payload.operationName',
  label: '{$.type} {$.id}',
  id: '$.id',
  stream: '$.id',
  payload: '$.payload',
});

const result = (type: string): TableRule => ({
  ...is(type),
  type: 'event',
  label: '{$.type} {$.id}',
  replyTo: '$.id',
  stream: '$.id',
  error: '$.payload.errors[0].message',
  payload: '$.payload',
});

const common: readonly TableRule[] = [
  { ...is('connection_init'), type: 'control', name: 'connection_init', payload: ['$.payload', '$.type'] },
  { ...is('connection_ack'), type: 'control', name: 'connection_ack', payload: ['$.payload', '$.type'] },
  {
    ...is('error'),
    type: 'error',
    label: '{$.type} {$.id}',
    replyTo: '$.id',
    stream: '$.id',
    error: ['$.payload[0].message', '$.payload.message', '$.payload'],
    payload: '$.payload',
    ends: true,
  },
  {
    ...is('complete'),
    from: 'client',
    type: 'unsubscribe',
    label: '{$.type} {$.id}',
    stream: '$.id',
    payload: '$.payload',
  },
  {
    ...is('complete'),
    type: 'event',
    label: '{$.type} {$.id}',
    replyTo: '$.id',
    stream: '$.id',
    payload: '$.payload',
    ends: true,
  },
];

const init: TableVerb = {
  name: 'init',
  body: 'object',
  bodyName: 'payload',
  opens: true,
  about: 'Opens the protocol with a payload, as a token.',
  sample: { body: '{"token": "{{$secret graphqlToken}}"}' },
  message: { type: 'connection_init', payload: '<body>' },
};

/** Its body is a document, which graphql.ts converts to the payload. */
const subscribe = (type: string): TableVerb => ({
  name: 'subscribe',
  body: 'object',
  bodyName: 'GraphQL document',
  bodyRequired: true,
  about:
    'Starts an operation. The payload is its document; its last paragraph holds the variables if it is a JSON object.',
  sample: {
    body: 'subscription Ticks($symbol: String!) {\n  tick(symbol: $symbol) { price }\n}\n\n{"symbol": "BTC"}',
  },
  message: { id: '<id>', type, payload: '<body>' },
});

const complete = (type: string): TableVerb => ({
  name: 'complete',
  arguments: ['id?'],
  body: 'none',
  about: 'Stops an operation, by default the one that was started last.',
  message: { id: '<argument id>', type },
});

const answer = (name: string, type: string, about: string, body: TableVerb['body']): TableVerb => ({
  name,
  answers: true,
  role: 'server',
  ...(body && { body }),
  ...(body !== 'none' && { bodyRequired: true }),
  about,
  message: { id: '<reply-to>', type, payload: '<body>' },
});

const opening = (message: TableTemplate): TableOpening => ({
  by: 'client',
  message,
  accepted: { '$.type': 'connection_ack' },
  refused: { '$.type': 'connection_error' },
  reason: ['$.payload.message', '$.payload'],
  about: 'Sends `connection_init` and waits for `connection_ack`, unless the first step is `@init`.',
});

const acknowledge = {
  startsWith: '{"type":"connection_init"',
  role: 'server',
  message: { type: 'connection_ack' },
  about: 'Answers `connection_init` with `connection_ack`.',
} as const;

const pong = {
  startsWith: '{"type":"ping"',
  message: { type: 'pong', payload: '<$.payload>' },
  about: 'Answers `ping` with `pong`.',
} as const;

export const graphqlTransportTable: ProtocolTable = {
  id: 'graphql-transport-ws',
  title: 'GraphQL (graphql-transport-ws)',
  about: 'GraphQL over WebSocket as the package graphql-ws speaks it.',
  specification: 'https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md',
  detect: { subprotocols: ['graphql-transport-ws'] },
  offer: ['graphql-transport-ws'],
  ids: 'string',
  rules: [
    ...common,
    open('subscribe'),
    result('next'),
    { when: { '$.type': ['ping', 'pong'] }, type: 'control', name: '$.type', heartbeat: true },
  ],
  closeCodes: {
    4400: 'Bad request: a message that is not valid',
    4401: 'Unauthorized: subscribed before connection_ack',
    4403: 'Forbidden: connection_init was refused',
    4406: 'Subprotocol not acceptable',
    4408: 'Connection initialisation timeout: no connection_init came in time',
    4409: 'Subscriber already exists: the id is in use',
    4429: 'Too many initialisation requests: a second connection_init',
    4500: 'Internal server error',
  },
  opening: opening({ type: 'connection_init' }),
  answers: [pong, { ...pong, role: 'server' }, acknowledge],
  verbs: [
    init,
    subscribe('subscribe'),
    complete('complete'),
    answer('respond', 'next', 'Sends a result to the operation that the step took.', 'object'),
    answer('respond-error', 'error', 'Ends the operation that the step took with a list of errors.', 'array'),
  ],
};

export const graphqlLegacyTable: ProtocolTable = {
  id: 'graphql-ws',
  title: 'GraphQL (legacy graphql-ws)',
  about:
    'GraphQL over WebSocket as the package subscriptions-transport-ws speaks it. The package graphql-ws speaks graphql-transport-ws.',
  specification: 'https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md',
  detect: { subprotocols: ['graphql-ws'] },
  offer: ['graphql-ws'],
  ids: 'string',
  rules: [
    ...common,
    open('start'),
    result('data'),
    { ...is('stop'), type: 'unsubscribe', label: '{$.type} {$.id}', stream: '$.id', payload: '$.payload' },
    { ...is('ka'), type: 'control', name: 'ka', heartbeat: true },
    {
      ...is('connection_error'),
      type: 'error',
      name: 'connection_error',
      error: ['$.payload.message', '$.payload'],
      payload: ['$.payload', '$'],
    },
    { ...is('connection_terminate'), type: 'control', name: 'connection_terminate' },
  ],
  // Clients of the old package always send a payload, and servers rely on it.
  opening: opening({ type: 'connection_init', payload: {} }),
  answers: [acknowledge],
  verbs: [
    init,
    subscribe('start'),
    complete('stop'),
    answer('respond', 'data', 'Sends a result to the operation that the step took.', 'object'),
    answer('respond-error', 'error', 'Ends the operation that the step took with an error.', 'object'),
  ],
};
