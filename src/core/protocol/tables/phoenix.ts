import type { ProtocolTable, TableRule, TableTemplate, TableVerb } from '../table/protocolTable.ts';

/** Positions of the five parts: an array since version 2, an object before. */
interface Places {
  readonly joinRef: string;
  readonly ref: string;
  readonly topic: string;
  readonly event: string;
  readonly payload: string;
}

const V2: Places = { joinRef: '$[0]', ref: '$[1]', topic: '$[2]', event: '$[3]', payload: '$[4]' };
const V1: Places = {
  joinRef: '$.join_ref',
  ref: '$.ref',
  topic: '$.topic',
  event: '$.event',
  payload: '$.payload',
};

function rulesFor({ joinRef, ref, topic, event, payload }: Places): readonly TableRule[] {
  const valid = { [topic]: { is: 'string' }, [event]: { is: 'string' } } as const;
  const whole = { stream: topic, ref: joinRef, label: `{${topic}} {${event}}` };
  const reply = { ...whole, name: '', label: `{${topic}} phx_reply {${payload}.status}`, replyTo: ref };
  const response = [`${payload}.response`, payload];
  return [
    {
      when: { [topic]: 'phoenix', [event]: 'heartbeat' },
      type: 'control',
      name: 'heartbeat',
      id: ref,
      heartbeat: true,
    },
    {
      when: { [topic]: 'phoenix', [event]: 'phx_reply' },
      type: 'control',
      name: 'heartbeat',
      replyTo: ref,
      heartbeat: true,
    },
    {
      ...reply,
      when: { [event]: 'phx_reply', [`${payload}.status`]: 'ok' },
      type: 'reply',
      payload: response,
    },
    {
      ...reply,
      when: { [event]: 'phx_reply' },
      type: 'error',
      error: [`${payload}.response.reason`, `${payload}.status`],
      payload: response,
    },
    { ...whole, when: { ...valid, [event]: 'phx_join' }, type: 'subscribe', name: topic, id: ref, payload },
    {
      ...whole,
      when: { ...valid, [event]: 'phx_leave' },
      type: 'unsubscribe',
      name: topic,
      id: ref,
      payload,
    },
    {
      ...whole,
      when: { ...valid, [event]: 'phx_error' },
      type: 'error',
      name: event,
      error: 'phx_error',
      payload,
      ends: true,
    },
    { ...whole, when: { ...valid, [event]: 'phx_close' }, type: 'event', name: event, payload, ends: true },
    {
      ...whole,
      when: { ...valid, [ref]: { is: 'string' } },
      from: 'client',
      type: 'call',
      name: event,
      id: ref,
      payload,
    },
    { ...whole, when: valid, type: 'event', name: event, payload },
  ];
}

type Message = (
  joinRef: TableTemplate,
  ref: TableTemplate,
  topic: TableTemplate,
  event: TableTemplate,
  payload: TableTemplate,
) => TableTemplate;

const arrayMessage: Message = (...parts) => parts;
const objectMessage: Message = (join_ref, ref, topic, event, payload) => ({
  topic,
  event,
  payload,
  ref,
  join_ref,
});

function verbsFor(message: Message): readonly TableVerb[] {
  return [
    {
      name: 'join',
      arguments: ['topic'],
      body: 'object',
      defaultBody: '{}',
      about: 'Joins a topic. The payload holds the parameters of the channel.',
      sample: { line: 'room:lobby', body: '{}' },
      per: 'topic',
      remembers: { join: '<id>' },
      message: message('<id>', '<id>', '<argument topic>', 'phx_join', '<body>'),
    },
    {
      name: 'push',
      arguments: ['topic', 'event'],
      defaultBody: '{}',
      about: 'Pushes an event to a topic that was joined. Bytes are sent as {"$base64": "…"}.',
      sample: { line: 'room:lobby new_msg', body: '{"body": "Hello"}' },
      per: 'topic',
      message: message('<last join>', '<id>', '<argument topic>', '<argument event>', '<body>'),
    },
    {
      name: 'leave',
      arguments: ['topic?'],
      body: 'none',
      about: 'Leaves a topic, by default the one that was named last.',
      sample: { line: 'room:lobby' },
      per: 'topic',
      message: message('<last join>', '<id>', '<argument topic>', 'phx_leave', {}),
    },
    {
      name: 'respond',
      arguments: ['status?=ok'],
      answers: true,
      defaultBody: '{}',
      role: 'server',
      bodyName: 'response',
      about: 'Answers the join or push that the step took, with the status ok or error.',
      sample: { line: 'ok', body: '{}' },
      message: message(null, '<reply-to>', '<reply-stream>', 'phx_reply', {
        status: '<argument status>',
        response: '<body>',
      }),
    },
  ];
}

function phoenixTable(message: Message): ProtocolTable {
  return {
    id: 'phoenix',
    title: 'Phoenix Channels',
    about: 'Channels and LiveView of Phoenix, with the serializers 1.0.0 and 2.0.0, binary pushes included.',
    specification: 'https://hexdocs.pm/phoenix/writing_a_channels_client.html',
    detect: {
      urls: ['vsn=1.0.0', 'vsn=2.0.0', '/socket/websocket', '/live/websocket'],
      messages: [{ [V2.event]: ['phx_join', 'phx_reply'] }, { [V1.event]: ['phx_join', 'phx_reply'] }],
    },
    ids: 'string',
    rules: [...rulesFor(V2), ...rulesFor(V1)],
    heartbeat: {
      every: 30_000,
      message: message(null, '<id>', 'phoenix', 'heartbeat', {}),
      about: 'Sends a heartbeat after 30 seconds without a message sent.',
    },
    verbs: verbsFor(message),
  };
}

/** Serializer 2.0.0: `[join_ref, ref, topic, event, payload]`. */
export const phoenixV2 = phoenixTable(arrayMessage);

/** Serializer 1.0.0, which servers use if the URL has no `vsn`. */
export const phoenixV1 = phoenixTable(objectMessage);
