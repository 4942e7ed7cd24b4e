import type { ProtocolTable, TableRule, TableVerb } from '../table/protocolTable.ts';

/** JSON-RPC 2.0, sections 4 to 6: a call has an id, a notification has none, a batch is an array. */
const answers: readonly TableRule[] = [
  {
    when: { '$.error': { is: 'object' } },
    type: 'error',
    replyTo: '$.id',
    error: ['$.error.message', '$.error.code'],
    payload: '$.error',
  },
  { when: { '$.result': { exists: true } }, type: 'reply', replyTo: '$.id', payload: '$.result' },
  // Some servers omit the result of a method that returns nothing.
  { when: { '$.id': { exists: true } }, type: 'reply', replyTo: '$.id' },
];

const id = { '$.id': { exists: true }, '$.method': { is: 'string' } } as const;
const method = { '$.method': { is: 'string' } } as const;

export const jsonRpc: ProtocolTable = {
  id: 'json-rpc',
  title: 'JSON-RPC 2.0',
  about: 'Calls, notifications and batches of JSON-RPC 2.0, and the subscriptions of Ethereum nodes.',
  specification: 'https://www.jsonrpc.org/specification',
  detect: { messages: [{ '$.jsonrpc': '2.0' }] },
  envelopes: 'batch',
  ids: 'number',
  rules: [
    {
      when: { '$.method': 'eth_subscribe', '$.id': { exists: true } },
      type: 'subscribe',
      name: '$.method',
      label: '{$.method} {$.params[0]}',
      id: '$.id',
      payload: '$.params',
    },
    {
      when: { '$.method': 'eth_unsubscribe', '$.id': { exists: true } },
      type: 'unsubscribe',
      name: '$.method',
      id: '$.id',
      stream: '$.params[0]',
      payload: '$.params',
    },
    { when: id, type: 'call', name: '$.method', id: '$.id', payload: ['$.params', '$.method'] },
    {
      when: { ...method, '$.params.subscription': { exists: true } },
      type: 'event',
      name: '$.method',
      stream: '$.params.subscription',
      payload: ['$.params.result', '$.params.error', '$.params'],
    },
    { when: method, type: 'event', name: '$.method', payload: ['$.params', '$.method'] },
    ...answers,
    // Events of the package rpc-websockets.
    {
      when: { '$.notification': { is: 'string' } },
      type: 'event',
      name: '$.notification',
      payload: ['$.params', '$'],
    },
  ],
  verbs: [
    {
      name: 'call',
      arguments: ['method'],
      body: 'container',
      bodyName: 'params',
      about: 'Calls a method. The payload is its params, an array or an object.',
      sample: { line: 'subtract', body: '[42, 23]' },
      role: 'both',
      message: { jsonrpc: '2.0', id: '<id>', method: '<argument method>', params: '<body>' },
    },
    {
      name: 'notify',
      arguments: ['method'],
      body: 'container',
      bodyName: 'params',
      about: 'Sends a notification, which has no answer.',
      sample: { line: 'update', body: '[1, 2, 3]' },
      role: 'both',
      message: { jsonrpc: '2.0', method: '<argument method>', params: '<body>' },
    },
    {
      name: 'respond',
      answers: true,
      bodyName: 'result',
      defaultBody: 'null',
      about: 'Answers the call that the step took with a result.',
      sample: { body: '19' },
      role: 'both',
      message: { jsonrpc: '2.0', id: '<reply-to>', result: '<body>' },
    },
    {
      name: 'respond-error',
      answers: true,
      body: 'object',
      bodyName: 'error object',
      bodyRequired: true,
      about: 'Answers the call that the step took with an error object.',
      sample: { body: '{"code": -32601, "message": "Method not found"}' },
      role: 'both',
      message: { jsonrpc: '2.0', id: '<reply-to>', error: '<body>' },
    },
  ],
};

const cdpCall: TableVerb = {
  name: 'call',
  arguments: ['method', 'session?'],
  body: 'object',
  bodyName: 'params',
  about: 'Calls a method, in the session of a target if one is named.',
  sample: { line: 'Page.navigate', body: '{"url": "https://example.org/"}' },
  message: { id: '<id>', method: '<argument method>', params: '<body>', sessionId: '<argument session>' },
};

export const cdp: ProtocolTable = {
  id: 'cdp',
  title: 'Chrome DevTools Protocol',
  about: 'Commands and events of Chrome, Node.js and others that speak the DevTools protocol.',
  specification: 'https://chromedevtools.github.io/devtools-protocol/',
  detect: { urls: ['/devtools/'] },
  ids: 'number',
  rules: [
    {
      when: id,
      type: 'call',
      name: '$.method',
      id: '$.id',
      stream: '$.sessionId',
      payload: ['$.params', '$'],
    },
    { when: method, type: 'event', name: '$.method', stream: '$.sessionId', payload: ['$.params', '$'] },
    ...answers,
  ],
  verbs: [cdpCall],
};
