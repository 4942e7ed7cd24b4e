import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { rawServer, switching } from '../support/rawServer.ts';
import { closePayload, wireFrame } from '../support/wire.ts';
import { duplex, endAll, type Result } from './cliProcess.ts';
import { requestFolder } from './requestFolder.ts';

// A terminal acts on control characters, so none from a server may reach it in any part of the output.

afterEach(endAll);

/** Each is followed by a letter, which shows that the surrounding text was printed. */
const ESC = '\u001b[31mR';
const OSC = '\u001b]0;title\u0007O';
const C1 = '\u009b31mC\u009d0;title\u009c';
const BIDI = '\u202eB\u2066\u200f\u061c';
const HOSTILE = `<${ESC}${OSC}${C1}${BIDI}\r\b\u007f\u2028\u200b>`;

/** C0 but the line feeds that end lines, DEL, C1, separators, bidirectional and other invisible characters. */
const HARMFUL =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/** In UTF-8, which headers are read as Latin-1: its second bytes are C1 controls then. CR and LF end a header. */
const inHeader = (text: string): string => Buffer.from(text.replace(/[\r\n]/g, '')).toString('latin1');

function expectHarmless(...results: readonly Result[]): void {
  for (const { stdout, stderr } of results) {
    expect(JSON.stringify(HARMFUL.exec(stdout)), stdout).toBe('null');
    expect(JSON.stringify(HARMFUL.exec(stderr)), stderr).toBe('null');
  }
}

/** Answers each handshake with bytes of its own, and ends. */
function answering(answer: (socket: Socket, request: string) => void): Promise<{ url: string }> {
  return rawServer(answer);
}

const ANSWERS: readonly (readonly [
  what: string,
  shows: RegExp,
  answer: (socket: Socket, request: string) => void,
])[] = [
  [
    'header values, reason and body of a refusal',
    /R/,
    (socket) =>
      socket.end(
        [
          `HTTP/1.1 403 No${inHeader(HOSTILE)}`,
          `X-Value: ${inHeader(HOSTILE)}`,
          `WWW-Authenticate: ${inHeader(HOSTILE)} realm="${inHeader(HOSTILE)}"`,
          `X-${inHeader(ESC + BIDI)}: name`,
          '',
          `${inHeader(HOSTILE)}\n${inHeader(HOSTILE)}`,
        ].join('\r\n'),
        'latin1',
      ),
  ],
  [
    'a 401 with a challenge',
    /401/,
    (socket) =>
      socket.end(
        `HTTP/1.1 401 ${inHeader(ESC)}\r\nWWW-Authenticate: Digest realm="${inHeader(HOSTILE)}", ${inHeader(C1)}\r\n\r\n`,
        'latin1',
      ),
  ],
  [
    'a redirect to another origin',
    /redirect/,
    (socket) =>
      socket.end(
        `HTTP/1.1 302 ${inHeader(BIDI)}\r\nLocation: ws://other.test/${inHeader(HOSTILE)}\r\n\r\n`,
        'latin1',
      ),
  ],
  [
    'a redirect that is followed',
    /redirects to/,
    (socket, request) =>
      request.startsWith('GET / ')
        ? socket.end(`HTTP/1.1 302 Found\r\nLocation: /${inHeader(HOSTILE)}\r\n\r\n`, 'latin1')
        : socket.end(`HTTP/1.1 404 ${inHeader(HOSTILE)}\r\n\r\n`, 'latin1'),
  ],
  ['an answer that is not HTTP', /HTTP/, (socket) => socket.end(`SSH-2.0-${HOSTILE}\r\n`)],
  [
    'a subprotocol that was not offered',
    /subprotocol/,
    (socket, request) =>
      socket.end(switching(request, `Sec-WebSocket-Protocol: ${inHeader(HOSTILE)}`), 'latin1'),
  ],
  [
    'an extension that was not offered',
    /extension/,
    (socket, request) =>
      socket.end(switching(request, `Sec-WebSocket-Extensions: ${inHeader(HOSTILE)}`), 'latin1'),
  ],
  [
    'a wrong Upgrade',
    /websocket/i,
    (socket) =>
      socket.end(
        `HTTP/1.1 101 x\r\nUpgrade: ${inHeader(HOSTILE)}\r\nConnection: ${inHeader(C1)}\r\n\r\n`,
        'latin1',
      ),
  ],
  [
    'messages, pings and a close reason',
    /R.*O.*C.*B/,
    (socket, request) => {
      socket.write(switching(request, `X-Value: ${inHeader(HOSTILE)}`), 'latin1');
      socket.write(wireFrame(0x81, HOSTILE));
      socket.write(
        wireFrame(0x81, JSON.stringify({ jsonrpc: '2.0', method: HOSTILE, params: [BIDI, C1, HOSTILE] })),
      );
      socket.write(wireFrame(0x82, HOSTILE));
      socket.write(wireFrame(0x89, HOSTILE));
      socket.end(wireFrame(0x88, closePayload(4001, HOSTILE)));
    },
  ],
  [
    'a reason that is cut',
    /UTF-8/,
    (socket, request) => {
      socket.write(switching(request));
      socket.end(
        wireFrame(0x88, closePayload(4001, Buffer.concat([Buffer.from(HOSTILE), Buffer.from([0xe2])]))),
      );
    },
  ],
];

describe.each(ANSWERS)('%s', (_, shows, answer) => {
  test('reaches no terminal through connect and log', async () => {
    const { url } = await answering(answer);
    const parent = await mkdtemp(join(tmpdir(), 'duplex-hostile-'));
    onTestFinished(() => rm(parent, { recursive: true, force: true }));
    const folder = join(parent, 'recording');
    const results = [
      await duplex(['connect', url, '--record', folder]),
      await duplex(['connect', url, '--units', '--protocol', 'json-rpc']),
      await duplex(['connect', url, '--json', '--units', '--protocol', 'json-rpc']),
      await duplex(['connect', url, '--quiet']),
      await duplex(['log', folder]),
      await duplex(['log', folder, '--json']),
      await duplex(['log', folder, '--units', '--protocol', 'json-rpc']),
    ];
    expect(results[0]!.stdout + results[0]!.stderr).toMatch(shows);
    expect(results[4]!.stdout).toMatch(shows);
    expectHarmless(...results);
  });

  test('reaches no terminal through run', async () => {
    const { url } = await answering(answer);
    const folder = requestFolder({
      'a.ws': `WEBSOCKET ${url}\n\n=== wait-for-server\n# @expect $.method == "never"\n# @capture name = $\n`,
    });
    onTestFinished(() => folder.remove());
    const results = [];
    for (const reporter of ['spec', 'json', 'junit'])
      results.push(await folder.duplex(['run', 'a.ws', '--reporter', reporter]));
    expect(results[0]!.status).not.toBe(0);
    expectHarmless(...results);
  });
});

test('names and warnings of a request file of somebody else reach no terminal', async () => {
  const { url } = await answering((socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'));
  const name = HOSTILE.replace(/[\r\u2028]/g, '');
  const folder = requestFolder({
    'a.ws': [
      `### ${name}`,
      `# @${name} x`,
      `WEBSOCKET ${url}`,
      '',
      `=== ${name}`,
      '{"a":1}',
      '',
      `### two ${name}`,
      `WEBSOCKET ${url}/{{${name}}}`,
      `X-${name}: ${name}`,
      '',
    ].join('\n'),
  });
  onTestFinished(() => folder.remove());
  const results = [
    await folder.duplex(['run', 'a.ws']),
    await folder.duplex(['check', 'a.ws']),
    await folder.duplex(['run', 'a.ws', '--request', `no ${name}`]),
  ];
  expect(results[0]!.stdout).toMatch(/R/);
  expectHarmless(...results);
});
