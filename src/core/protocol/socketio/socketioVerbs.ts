import { optional, required, verb } from '../verb.ts';

export const socketioVerbs = [
  verb({
    name: 'connect',
    arguments: [optional('namespace')],
    bodyName: 'auth payload',
    opens: true,
    about: 'Connects to a namespace, `/` by default. The payload is its auth object (Socket.IO 3 and later).',
    sample: { line: '/admin', body: '{"token": "{{$secret socketToken}}"}' },
  }),
  verb({
    name: 'emit',
    arguments: [required('event')],
    bodyName: 'arguments',
    role: 'both',
    expectsReply: 'asked',
    besides: ['ack'],
    about:
      'Emits an event. The payload is a JSON array of its arguments, or its one argument; bytes are {"$base64": "…"}. `@ack` beside it asks for an acknowledgement.',
    sample: { line: 'chat message', body: '["Hello", {"room": 1}]' },
  }),
  verb({
    name: 'ack',
    bodyName: 'arguments',
    role: 'both',
    about: 'Beside `@emit`: asks for an acknowledgement. Alone: acknowledges the event that the step took.',
    sample: { line: '', body: '["ok"]' },
  }),
  verb({
    name: 'disconnect',
    arguments: [optional('namespace')],
    body: 'none',
    role: 'both',
    about: 'Disconnects from a namespace, by default the one that was connected last.',
    sample: { line: '/admin', body: '' },
  }),
];
