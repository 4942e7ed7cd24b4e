import { optional, required, verb } from '../verb.ts';

const RECEIPT = { expectsReply: 'asked', besides: ['receipt'], headers: true } as const;

export const stompVerbs = [
  verb({
    name: 'connect',
    body: 'none',
    headers: true,
    opens: true,
    about:
      'Opens the STOMP session. `@header` lines are its headers, as login, passcode and host (the virtual host of RabbitMQ).',
    sample: { line: '', body: '' },
  }),
  verb({
    ...RECEIPT,
    name: 'send',
    arguments: [required('destination')],
    body: 'bytes',
    bodyName: 'body',
    about: 'Sends a message to a destination. `@receipt` beside it asks for a receipt.',
    sample: { line: '/app/chat', body: '{"text": "Hello"}' },
  }),
  verb({
    ...RECEIPT,
    name: 'subscribe',
    arguments: [required('destination')],
    options: [{ name: 'ack', values: ['auto', 'client', 'client-individual'] }],
    body: 'none',
    about: 'Subscribes to a destination, under an id of its own or that of `@header id`.',
    sample: { line: '/topic/chat', body: '' },
  }),
  verb({
    ...RECEIPT,
    name: 'unsubscribe',
    arguments: [optional('destination')],
    body: 'none',
    about: 'Ends the subscription of a destination or with an id, by default the last one.',
    sample: { line: '/topic/chat', body: '' },
  }),
  verb({
    ...RECEIPT,
    name: 'ack',
    arguments: [optional('id')],
    body: 'none',
    answers: true,
    about: 'Acknowledges the message that the step took, or the one with this id.',
    sample: { line: '', body: '' },
  }),
  verb({
    ...RECEIPT,
    name: 'nack',
    arguments: [optional('id')],
    body: 'none',
    answers: true,
    about: 'Refuses the message that the step took, or the one with this id. STOMP 1.0 has no such frame.',
    sample: { line: '', body: '' },
  }),
  ...(['begin', 'commit', 'abort'] as const).map((name) =>
    verb({
      ...RECEIPT,
      name,
      arguments: [optional('transaction')],
      body: 'none',
      about: {
        begin: 'Begins a transaction. Frames belong to it by `@header transaction: NAME`.',
        commit: 'Commits a transaction, by default the one that began last.',
        abort: 'Aborts a transaction, by default the one that began last.',
      }[name],
      sample: { line: 'tx-1', body: '' },
    }),
  ),
  verb({
    ...RECEIPT,
    name: 'disconnect',
    body: 'none',
    about: 'Ends the STOMP session. The server closes the connection then.',
    sample: { line: '', body: '' },
  }),
  verb({
    name: 'receipt',
    arguments: [optional('id')],
    body: 'none',
    about: 'Beside another verb: asks the server for a receipt, which `@reply` waits for.',
    sample: { line: '', body: '' },
  }),
  verb({
    name: 'message',
    arguments: [required('destination')],
    body: 'bytes',
    bodyName: 'body',
    role: 'server',
    headers: true,
    about:
      'Sends a message to each subscription that the client has of a destination. With `@to`, clients without one get nothing.',
    sample: { line: '/topic/chat', body: '{"text": "Hello"}' },
  }),
  verb({
    name: 'error',
    arguments: [optional('message')],
    body: 'bytes',
    bodyName: 'body',
    role: 'server',
    headers: true,
    about:
      'Sends an ERROR frame, which answers the receipt that the taken frame asks for. A server closes the connection after it, as with `@close` in the next step.',
    sample: { line: 'Not allowed', body: 'You may not send to /topic/news.' },
  }),
];
