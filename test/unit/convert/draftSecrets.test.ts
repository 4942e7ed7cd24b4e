import { describe, expect, it } from 'vitest';
import { withUnits, unitsOf } from '../../../src/cli/output/unitLines.ts';
import { draftTest } from '../../../src/core/convert/draft/draftTest.ts';
import { UnitReader } from '../../../src/core/protocol/unitReader.ts';
import { printRequestFile } from '../../../src/core/request/print/printRequest.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';

// Credentials that messages of each protocol of JSON hold, in a drafted test and in decoded lines.

const CANARY = /canary/;

interface Case {
  readonly protocol: string;
  readonly path?: string;
  readonly subprotocol?: string;
  readonly sent: readonly string[];
  readonly received?: readonly string[];
  /** Names of the secrets in the draft. */
  readonly secrets: readonly string[];
}

const CASES: readonly Case[] = [
  {
    protocol: 'graphql-transport-ws',
    subprotocol: 'graphql-transport-ws',
    sent: [
      '{"type":"connection_init","payload":{"token":"canary1","headers":{"Authorization":"Bearer canary2"}}}',
      '{"id":"1","type":"subscribe","payload":{"query":"query Hi { hello }","variables":{"password":"canary3"}}}',
    ],
    secrets: ['token', 'authorization', 'password'],
  },
  {
    protocol: 'graphql-ws',
    subprotocol: 'graphql-ws',
    sent: ['{"type":"connection_init","payload":{"authToken":"canary1"}}'],
    secrets: ['authtoken'],
  },
  {
    protocol: 'socket.io',
    path: '/socket.io/?EIO=4&transport=websocket',
    sent: ['40{"token":"canary1"}', '40/admin,{"password":"canary2"}', '420["login",{"auth":"canary3"}]'],
    received: ['0{"sid":"a","pingInterval":25000,"pingTimeout":20000}', '40{"sid":"b"}'],
    secrets: ['token', 'password', 'auth'],
  },
  {
    protocol: 'socket.io',
    path: '/socket.io/?EIO=3&transport=websocket',
    sent: ['40/admin?token=canary1&room=a'],
    received: ['0{"sid":"a","pingInterval":25000,"pingTimeout":20000}', '40'],
    secrets: [],
  },
  {
    protocol: 'phoenix',
    path: '/socket/websocket?vsn=2.0.0',
    sent: [
      '["1","1","room:a","phx_join",{"token":"canary1"}]',
      '["1","2","room:a","in",{"password":"canary2"}]',
    ],
    secrets: ['token', 'password'],
  },
  {
    protocol: 'cdp',
    path: '/devtools/page/1',
    sent: [
      '{"id":1,"method":"Network.setExtraHTTPHeaders","params":{"headers":{"Authorization":"canary1"}}}',
      '{"id":2,"method":"Fetch.continueWithAuth","params":{"authChallengeResponse":{"response":"ProvideCredentials","username":"a","password":"canary2"}}}',
    ],
    secrets: ['authorization', 'password'],
  },
  {
    protocol: 'ocpp',
    subprotocol: 'ocpp1.6',
    sent: [
      '[2,"a","ChangeConfiguration",{"key":"AuthorizationKey","value":"canary1"}]',
      '[2,"b","SetVariables",{"setVariableData":[{"attributeValue":"canary2","component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}}]}]',
    ],
    received: ['[2,"c","ChangeConfiguration",{"key":"AuthorizationKey","value":"canary3"}]'],
    secrets: ['authorizationkey', 'basicauthpassword'],
  },
  {
    protocol: 'home-assistant',
    sent: ['{"type":"auth","access_token":"canary1"}'],
    received: ['{"type":"auth_required","ha_version":"2026.1"}'],
    secrets: ['access_token'],
  },
  {
    protocol: 'pusher',
    path: '/app/key?protocol=7',
    sent: [
      String.raw`{"event":"pusher:subscribe","data":{"channel":"private-a","auth":"key:canary1","channel_data":"{\"token\":\"canary2\"}"}}`,
    ],
    secrets: ['auth', 'token'],
  },
  {
    protocol: 'wamp',
    subprotocol: 'wamp.2.json',
    sent: ['[1,"realm1",{"authmethods":["ticket"],"authid":"ann"}]', '[5,"canary1",{}]'],
    received: ['[4,"ticket",{}]'],
    secrets: [],
  },
  {
    protocol: 'centrifugo',
    path: '/connection/websocket',
    sent: [
      '{"id":1,"connect":{"token":"canary1"}}',
      '{"id":2,"subscribe":{"channel":"a","token":"canary2"}}',
    ],
    secrets: ['token', 'token_2'],
  },
  {
    protocol: 'openai-realtime',
    path: '/openai/realtime',
    sent: ['{"type":"response.create","response":{"instructions":"Hello"}}'],
    received: [
      '{"type":"session.created","event_id":"e","session":{"client_secret":{"value":"canary1","expires_at":1}}}',
    ],
    secrets: [],
  },
  {
    protocol: 'action-cable',
    subprotocol: 'actioncable-v1-json',
    sent: [String.raw`{"command":"subscribe","identifier":"{\"channel\":\"Chat\",\"token\":\"canary1\"}"}`],
    secrets: ['token'],
  },
  {
    protocol: 'json-rpc',
    sent: [
      '[{"jsonrpc":"2.0","id":1,"method":"login","params":{"password":"canary1"}},{"jsonrpc":"2.0","id":2,"method":"x"}]',
    ],
    secrets: ['password'],
  },
];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.each(CASES)(
  'the credentials of $protocol',
  ({ protocol, path = '/', subprotocol = '', ...said }) => {
    const url = `ws://127.0.0.1:9${path}`;
    const messages = [
      ...(said.received ?? []).map((text) => ({ direction: 'in', text }) as const),
      ...said.sent.map((text) => ({ direction: 'out', text }) as const),
    ];

    it('become secrets of a drafted test', () => {
      const secrets = new Map<string, string | undefined>();
      const recorded = messages.map(({ direction, text }) => ({
        direction,
        kind: 'text' as const,
        data: bytes(text),
      }));
      const source = { name: 'test', url, requestHeaders: [], protocol, subprotocol, messages: recorded };
      const requests = [draftTest(source, secrets)];
      const { text } = printRequestFile({ notes: [], variables: [], requests, secrets });
      expect(text).not.toMatch(CANARY);
      expect([...secrets.keys()]).toEqual(said.secrets);
      for (const name of said.secrets) expect(text).toContain(`{{$secret ${name}}}`);
      const problems = analyzeRequestFile(text).diagnostics.filter(({ severity }) => severity === 'error');
      expect(problems, text).toEqual([]);
      // A message without a verb is sent unchanged, once.
      expect(text.split('"jsonrpc"').length - 1).toBe(protocol === 'json-rpc' ? 2 : 0);
      expect(text).not.toContain('@hello AUTHENTICATE');
    });

    it('are masked in decoded lines', () => {
      const reader = new UnitReader({ protocol, url });
      reader.opened(subprotocol);
      for (const { direction, text } of messages) {
        const row = { seq: 0, time: 0, kind: 'text', direction } as const;
        const list = unitsOf(reader, row, bytes(text));
        expect(list?.problems).toEqual([]);
        for (const json of [true, false]) {
          const lines = [
            ...withUnits(
              () => ['{"a":1}\n'],
              () => list,
              json,
            )(row, bytes(text)),
          ].join('');
          expect(lines).not.toMatch(CANARY);
          expect(lines.length).toBeGreaterThan(10);
        }
      }
    });
  },
);
