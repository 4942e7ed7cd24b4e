import type { ProtocolTable } from '../table/protocolTable.ts';

// Services whose messages are objects with a `type`.

/** The WebSocket API of Home Assistant: increasing ids, and arrays for several messages sent together. */
export const homeAssistant: ProtocolTable = {
  id: 'home-assistant',
  title: 'Home Assistant',
  about: 'The WebSocket API of Home Assistant.',
  specification: 'https://developers.home-assistant.io/docs/api/websocket/',
  detect: { messages: [{ '$.type': 'auth_required', '$.ha_version': { exists: true } }] },
  envelopes: 'batch',
  ids: 'number',
  rules: [
    {
      when: { '$.type': ['auth_required', 'auth', 'auth_ok', 'auth_invalid'] },
      type: 'control',
      name: '$.type',
      error: '$.message',
    },
    { when: { '$.type': 'ping' }, type: 'control', name: 'ping', id: '$.id', heartbeat: true },
    { when: { '$.type': 'pong' }, type: 'control', name: 'pong', replyTo: '$.id', heartbeat: true },
    {
      when: { '$.type': 'result', '$.success': false },
      type: 'error',
      replyTo: '$.id',
      error: ['$.error.message', '$.error.code'],
      payload: ['$.error', '$'],
    },
    { when: { '$.type': 'result' }, type: 'reply', replyTo: '$.id', payload: ['$.result', '$'] },
    {
      when: { '$.type': 'event' },
      type: 'event',
      name: ['$.event.event_type', 'event'],
      stream: '$.id',
      payload: ['$.event', '$'],
    },
    {
      when: { '$.type': { startsWith: 'unsubscribe_' }, '$.id': { exists: true } },
      type: 'unsubscribe',
      name: '$.type',
      id: '$.id',
      stream: '$.subscription',
    },
    {
      when: { '$.type': { startsWith: 'subscribe_' }, '$.id': { exists: true } },
      type: 'subscribe',
      name: '$.type',
      id: '$.id',
      stream: '$.id',
    },
    {
      when: { '$.type': { is: 'string' }, '$.id': { exists: true } },
      type: 'call',
      name: '$.type',
      id: '$.id',
    },
    { when: { '$.type': { is: 'string' } }, type: 'event', name: '$.type' },
  ],
  opening: {
    by: 'verb',
    accepted: { '$.type': 'auth_ok' },
    refused: { '$.type': 'auth_invalid' },
    reason: '$.message',
    about: 'Waits after `@connect` for `auth_ok`.',
  },
  verbs: [
    {
      name: 'connect',
      body: 'object',
      bodyName: 'authentication',
      bodyRequired: true,
      opens: true,
      about: 'Authenticates with an access token.',
      sample: { body: '{"access_token": "{{$secret homeAssistantToken}}"}' },
      message: { type: 'auth', '...': '<body>' },
    },
    {
      name: 'call',
      arguments: ['type'],
      body: 'object',
      about: 'Sends a command of a type with the next id. The payload holds its further members.',
      sample: { line: 'call_service', body: '{"domain": "light", "service": "turn_on"}' },
      message: { id: '<id>', type: '<argument type>', '...': '<body>' },
    },
  ],
};

/** OpenAI's Realtime API: events in both directions, audio as base64 in JSON, errors that name their event. */
export const openaiRealtime: ProtocolTable = {
  id: 'openai-realtime',
  title: 'OpenAI Realtime',
  about: 'Events of the Realtime API. Base64 audio is folded to its length.',
  specification: 'https://platform.openai.com/docs/api-reference/realtime',
  detect: {
    urls: ['api.openai.com/v1/realtime', '/openai/realtime'],
    messages: [{ '$.type': 'session.created', '$.event_id': { exists: true } }],
  },
  ids: 'unique',
  rules: [
    {
      when: { '$.type': 'error' },
      type: 'error',
      name: 'error',
      replyTo: '$.error.event_id',
      error: ['$.error.message', '$.error.code'],
      payload: ['$.error', '$'],
    },
    { when: { '$.type': 'session.created' }, type: 'control', name: '$.type' },
    {
      when: { '$.type': { is: 'string' }, '$.response_id': { exists: true } },
      type: 'event',
      name: '$.type',
      stream: '$.response_id',
    },
    { when: { '$.type': { is: 'string' } }, from: 'client', type: 'event', name: '$.type', id: '$.event_id' },
    { when: { '$.type': { is: 'string' } }, type: 'event', name: '$.type' },
  ],
  opening: {
    by: 'server',
    greeting: { type: 'session.created', event_id: '<id>', session: {} },
    accepted: { '$.type': 'session.created' },
    refused: { '$.type': 'error' },
    reason: '$.error.message',
    about: 'Waits for `session.created`.',
  },
  verbs: [
    {
      name: 'call',
      arguments: ['type'],
      body: 'object',
      about: 'Sends an event of a type. The payload holds its further members.',
      sample: { line: 'response.create', body: '{"response": {"instructions": "Say hello."}}' },
      message: { type: '<argument type>', '...': '<body>' },
    },
  ],
};
