import type { ProtocolTable } from '../table/protocolTable.ts';

/** OCPP-J, section 4: `[2, id, action, payload]` and its answers; 2.1 adds CALLRESULTERROR (5) and SEND (6). */
export const ocpp: ProtocolTable = {
  id: 'ocpp',
  title: 'OCPP-J',
  about:
    'The Open Charge Point Protocol 1.6, 2.0.1 and 2.1 between charging stations and their management system.',
  specification: 'https://openchargealliance.org/protocols/open-charge-point-protocol/',
  detect: { subprotocols: ['ocpp1.*', 'ocpp2.*'] },
  offer: ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'],
  ids: 'unique',
  rules: [
    { when: { '$[0]': 2 }, type: 'call', name: '$[2]', id: '$[1]', payload: ['$[3]', '$'] },
    { when: { '$[0]': 3 }, type: 'reply', replyTo: '$[1]', payload: ['$[2]', '$'] },
    {
      when: { '$[0]': [4, 5] },
      type: 'error',
      replyTo: '$[1]',
      error: '{$[2]} {$[3]}',
      payload: ['$[4]', '$'],
    },
    { when: { '$[0]': 6 }, type: 'event', name: '$[2]', payload: ['$[3]', '$'] },
  ],
  verbs: [
    {
      name: 'call',
      arguments: ['action'],
      body: 'object',
      defaultBody: '{}',
      about: 'Sends a CALL with a new id. The payload is that of the action.',
      sample: {
        line: 'BootNotification',
        body: '{"chargePointModel": "Single", "chargePointVendor": "Example"}',
      },
      role: 'both',
      message: [2, '<id>', '<argument action>', '<body>'],
    },
    {
      name: 'send',
      arguments: ['action', 'id?=-'],
      body: 'object',
      defaultBody: '{}',
      about: 'Sends a SEND of OCPP 2.1, which has no answer.',
      sample: {
        line: 'NotifyPeriodicEventStream',
        body: '{"id": 1, "pending": 0, "basetime": "…", "data": []}',
      },
      role: 'both',
      message: [6, '<argument id>', '<argument action>', '<body>'],
    },
    {
      name: 'respond',
      answers: true,
      body: 'object',
      defaultBody: '{}',
      about: 'Answers the CALL that the step took with a CALLRESULT.',
      sample: { body: '{"status": "Accepted"}' },
      role: 'both',
      message: [3, '<reply-to>', '<body>'],
    },
    {
      name: 'respond-error',
      arguments: ['code', 'description?='],
      answers: true,
      body: 'object',
      bodyName: 'details',
      defaultBody: '{}',
      about: 'Answers the CALL that the step took with a CALLERROR.',
      sample: { line: 'NotImplemented', body: '{}' },
      role: 'both',
      message: [4, '<reply-to>', '<argument code>', '<argument description>', '<body>'],
    },
  ],
};
