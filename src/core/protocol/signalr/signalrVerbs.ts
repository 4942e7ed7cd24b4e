import { optional, required, verb } from '../verb.ts';

const call = {
  arguments: [required('method')],
  options: [{ name: 'streams', takesText: true }],
  bodyName: 'arguments',
  role: 'both',
  headers: true,
} as const;

/** Without an id it is about the invocation that the step took. */
const answer = {
  arguments: [optional('id')],
  role: 'both',
  answers: true,
  headers: true,
} as const;

export const signalrVerbs = [
  verb({
    name: 'invoke',
    ...call,
    expectsReply: 'always',
    about:
      'Invokes a method of the hub; its Completion is the reply. The payload is a JSON array of arguments, or one argument. streams=ID,ID opens uploads, which `@item` and `@complete` go on with.',
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
    name: 'item',
    ...answer,
    bodyName: 'item',
    bodyOptional: false,
    about:
      'Sends an item of the upload with an id, or without an id of the streaming invocation that the step took.',
    sample: { line: 'numbers', body: '42' },
  }),
  verb({
    name: 'complete',
    ...answer,
    bodyName: 'result',
    about:
      'Ends the upload with an id. Without an id it answers the invocation that the step took, with the payload as its result.',
    sample: { line: '', body: '{"ok": true}' },
  }),
  verb({
    name: 'complete-error',
    ...answer,
    body: 'text',
    bodyName: 'error',
    bodyOptional: false,
    about: 'Does the same as `@complete` with an error, which is the payload.',
    sample: { line: '', body: 'It did not work.' },
  }),
];
