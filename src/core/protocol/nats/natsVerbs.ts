import { optional, required, verb } from '../verb.ts';

export const natsVerbs = [
  verb({
    name: 'connect',
    bodyName: 'options',
    opens: true,
    about:
      'Connects, after INFO. The payload is an object with user and pass, or auth_token, and other options of CONNECT.',
    sample: { line: '', body: '{"user": "ann", "pass": "{{$secret natsPassword}}"}' },
  }),
  verb({
    name: 'publish',
    arguments: [required('subject'), optional('reply')],
    body: 'bytes',
    bodyName: 'message',
    expectsReply: 'always',
    headers: true,
    about:
      'Publishes a message. With a subject to reply to, which has to be subscribed to, `@reply` waits for the answer. `@header` lines are its headers.',
    sample: { line: 'orders.new inbox.1', body: '{"id": 7}' },
  }),
  verb({
    name: 'subscribe',
    arguments: [required('subject')],
    options: [{ name: 'queue' }],
    body: 'none',
    about:
      'Subscribes to a subject: `*` stands for one part of it, `>` at the end for all that follow. queue=NAME joins a queue group.',
    sample: { line: 'orders.*', body: '' },
  }),
  verb({
    name: 'unsubscribe',
    arguments: [optional('subject')],
    body: 'none',
    about: 'Ends a subscription, by default the last one.',
    sample: { line: 'orders.*', body: '' },
  }),
  verb({
    name: 'message',
    arguments: [required('subject'), optional('reply')],
    body: 'bytes',
    bodyName: 'message',
    role: 'server',
    headers: true,
    about: 'Delivers a message to the last subscription that matches its subject.',
    sample: { line: 'orders.new', body: '{"id": 7}' },
  }),
];
