import { FLAG } from '../../../../src/shared/timeline.ts';
import type { FakeMessage } from './fakeHost.ts';

const open = JSON.stringify({
  status: 101,
  protocol: 'v1.json',
  extensions: 'permessage-deflate',
  headers: [
    ['upgrade', 'websocket'],
    ['server', 'example'],
  ],
});

export const SUBSCRIBED =
  '{"type":"subscribed","channel":"BTC","id":12345678901234567890,"price":1.0,"levels":[[101.50,3],[101.25,null]],"ok":true,"note":"caf\\u00e9 \\"x\\"","empty":{}}';

/** A row of every kind, as a session might have them. */
export const conversation: readonly FakeMessage[] = [
  {
    kind: 'open',
    direction: 'none',
    payload: open,
    preview: 'HTTP 101 · v1.json · permessage-deflate',
    delta: 84_211,
  },
  { direction: 'out', payload: '{"op": "subscribe", "channel": "BTC"}', delta: 2_318_000 },
  { payload: SUBSCRIBED, delta: 12_400 },
  { payload: '{"type":"tick","seq":1,"price":101.50}', delta: 400 },
  {
    kind: 'binary',
    payload: Uint8Array.from({ length: 300 }, (_, index) => (index * 37) & 255),
    delta: 998_000,
  },
  { kind: 'ping', payload: 'keep-alive', delta: 3_000_000 },
  { kind: 'pong', direction: 'out', payload: 'keep-alive', delta: 120 },
  { payload: 'user\u202Egnp.exe\nsecond line\ttab\u0000end', delta: 61_000_000 },
  { payload: Uint8Array.of(0x63, 0x61, 0x66, 0xe9), flags: FLAG.invalidUtf8, delta: 70_000 },
  {
    kind: 'note',
    direction: 'none',
    flags: FLAG.gap,
    payload: '{"note":"gap","text":"12 messages passed unrecorded.","messages":12,"bytes":480}',
    preview: '12 messages (480 B) passed unrecorded while the disk was full.',
  },
  { direction: 'out', payload: '{"op": "unsubscribe"}', delta: 5_000_000 },
  {
    kind: 'close',
    direction: 'in',
    payload: '{"code":1000,"reason":"bye","clean":true}',
    preview: '1000 bye',
    delta: 20_000,
  },
];

export const refusal: FakeMessage = {
  kind: 'error',
  direction: 'none',
  payload: JSON.stringify({
    code: 'handshake.status',
    message:
      'The server refused the connection with 401 Unauthorized: check the credentials in your headers.',
    status: 401,
    headers: [
      ['www-authenticate', 'Bearer realm="api"'],
      ['content-type', 'application/json'],
    ],
    body: '{"error":"token expired"}',
  }),
  preview: 'The server refused the connection with 401 Unauthorized: check the credentials in your headers.',
};
