import { optional, required, verb } from '../verb.ts';

const call = {
  arguments: [required('method')],
  bodyName: 'arguments',
  role: 'both',
  headers: true,
} as const;

export const signalrVerbs = [
  verb({
    name: 'invoke',
    ...call,
    expectsReply: 'always',
    about:
      'Invokes a method of the hub; its Completion is the reply. The payload is a JSON array of arguments, or one argument.',
    sample: { line: 'SendMessage', body: '["Ada", "Hello"]' },
  }),
  verb({
    name: 'send',
    ...call,
    about: 'Invokes a method without asking for a Completion.',
    sample: { line: 'SendMessage', body: '["Ada", "Hello"]' },
  }),
  verb({
    name: 'stream',
    ...call,
    expectsReply: 'always',
    about: 'Invokes a method that streams: each item is an event, the Completion is the reply.',
    sample: { line: 'Counter', body: '[10, 500]' },
  }),
  verb({
    name: 'cancel',
    arguments: [optional('id')],
    body: 'none',
    role: 'both',
    headers: true,
    about: 'Cancels a stream, by default the one that was begun last.',
    sample: { line: '', body: '' },
  }),
  verb({
    name: 'complete',
    bodyName: 'result',
    role: 'both',
    answers: true,
    headers: true,
    about: 'Answers the invocation that the step took, with the payload as its result.',
    sample: { line: '', body: '{"ok": true}' },
  }),
];
