import { optional, required, verb, type VerbOption } from '../verb.ts';

const QOS: VerbOption = { name: 'qos', values: ['0', '1', '2'] };

/** Options of `@publish` that are properties of MQTT 5. */
export const PUBLISH_PROPERTIES = [
  'content-type',
  'response-topic',
  'correlation-data',
  'message-expiry-interval',
] as const;

export const mqttVerbs = [
  verb({
    name: 'connect',
    options: [{ name: 'version', values: ['3.1', '3.1.1', '5'] }],
    bodyName: 'parameters',
    headers: true,
    opens: true,
    about:
      'Opens the MQTT session, by default version 3.1.1. The payload is an object with clientId, username, password, keepAlive (seconds), clean and will.',
    sample: {
      line: 'version=5',
      body: '{"clientId": "sensor-1", "username": "ann", "password": "{{$secret mqttPassword}}"}',
    },
  }),
  verb({
    name: 'publish',
    arguments: [required('topic')],
    options: [
      QOS,
      { name: 'retain' },
      ...PUBLISH_PROPERTIES.map((name) => ({ name, takesText: true as const })),
    ],
    body: 'bytes',
    bodyName: 'message',
    role: 'both',
    expectsReply: 'always',
    headers: true,
    about:
      'Publishes a message. With qos=1 or qos=2 an acknowledgement comes, which `@reply` waits for. `@header` lines are user properties (MQTT 5). A server publishes with the QoS that the client was granted at most, and with `@to` only to clients that have subscribed to the topic.',
    sample: { line: 'sensors/1/temperature qos=1 retain', body: '{"celsius": 21.5}' },
  }),
  verb({
    name: 'subscribe',
    arguments: [required('filter')],
    options: [QOS],
    body: 'none',
    expectsReply: 'always',
    headers: true,
    about:
      'Subscribes to the topics that match a filter: `+` stands for one level, `#` at the end for all that follow.',
    sample: { line: 'sensors/+/temperature qos=1', body: '' },
  }),
  verb({
    name: 'unsubscribe',
    arguments: [optional('filter')],
    body: 'none',
    expectsReply: 'always',
    headers: true,
    about: 'Ends a subscription, by default the last one.',
    sample: { line: 'sensors/+/temperature', body: '' },
  }),
  verb({
    name: 'disconnect',
    body: 'none',
    about: 'Ends the MQTT session, so that the will is not published.',
    sample: { line: '', body: '' },
  }),
];
