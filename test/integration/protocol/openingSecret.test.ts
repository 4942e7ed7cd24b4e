import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { endAll } from '../cliProcess.ts';
import { contentOf, requestFolder, type RequestFolder } from '../requestFolder.ts';

// A token from a secret in the opening message of a JSON protocol reaches the server, and appears nowhere in the
// output.

const TOKEN = 'canary-token-7f3a';

let folder: RequestFolder | undefined;

afterEach(() => {
  endAll();
  folder?.remove();
});

interface Case {
  readonly protocol: string;
  readonly path: string;
  /** The directive of the opening, and its payload. */
  readonly opening: readonly string[];
  readonly greeting?: string;
  /** Whether a message of the client is the opening, and the answers to it: the last one repeats the token. */
  readonly opens: string;
  readonly answers: readonly string[];
  /** The message with the token. */
  readonly expected: string;
}

const CASES: readonly Case[] = [
  {
    protocol: 'graphql-transport-ws',
    path: '/graphql',
    opening: ['# @init', '{"token": "{{$secret apiToken}}"}'],
    opens: 'connection_init',
    answers: [
      `{"type":"connection_ack","payload":{"echo":"${TOKEN}"}}`,
      `{"id":"1","type":"next","payload":{"data":{"echo":"${TOKEN}"}}}`,
    ],
    expected: `{"type":"connection_init","payload":{"token":"${TOKEN}"}}`,
  },
  {
    protocol: 'graphql-ws',
    path: '/graphql',
    opening: ['# @init', '{"token": "{{$secret apiToken}}"}'],
    opens: 'connection_init',
    answers: ['{"type":"connection_ack"}', `{"id":"1","type":"data","payload":{"data":{"echo":"${TOKEN}"}}}`],
    expected: `{"type":"connection_init","payload":{"token":"${TOKEN}"}}`,
  },
  {
    protocol: 'socket.io',
    path: '/socket.io/?EIO=4&transport=websocket',
    opening: ['# @connect /admin', '{"token": "{{$secret apiToken}}"}'],
    greeting: '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}',
    opens: '40/admin',
    answers: ['40/admin,{"sid":"b"}', `42/admin,["echo","${TOKEN}"]`],
    expected: `40/admin,{"token":"${TOKEN}"}`,
  },
  {
    protocol: 'centrifugo',
    path: '/connection/websocket',
    opening: ['# @connect', '{"token": "{{$secret apiToken}}"}'],
    opens: '"connect"',
    answers: ['{"id":1,"connect":{"client":"c"}}', `{"push":{"channel":"c","pub":{"data":"${TOKEN}"}}}`],
    expected: `{"id":1,"connect":{"token":"${TOKEN}"}}`,
  },
];

describe.each(CASES)('the token in the opening of $protocol', ({ protocol, path, ...given }) => {
  it.each(['spec', 'json', 'junit'])('reaches the server, and not the report %s', async (reporter) => {
    const heard: string[] = [];
    const url = await scriptedServer(
      (socket) => {
        if (given.greeting !== undefined) socket.send(given.greeting);
        socket.on('message', (data: Buffer) => {
          heard.push(data.toString());
          if (data.toString().includes(given.opens)) for (const answer of given.answers) socket.send(answer);
        });
      },
      { handleProtocols: (offered) => [...offered][0] ?? false },
    );
    // The second step fails, so that the report has an error about the received message.
    const text = [
      `# @protocol ${protocol}`,
      `WEBSOCKET ${url}${path}`,
      '',
      ...given.opening,
      '=== wait-for-server',
      '# @within 10s',
      '# @expect payload == "never"',
      '',
    ].join('\n');
    folder = requestFolder({ 'a.ws': text });
    const env = { DUPLEX_SECRET_APITOKEN: TOKEN };
    const run = await folder.duplex(['run', 'a.ws', '--record', 'kept', '--reporter', reporter], env);
    expect(run.status).toBe(1);
    expect(heard.map((message) => message.replaceAll(/"id":\d+/g, '"id":1').replaceAll(' ', ''))).toContain(
      given.expected,
    );
    expect(run.stdout).toContain('never');
    expect(run.stdout).toContain('••••');
    expect(run.stdout + run.stderr).not.toContain(TOKEN);

    // Messages are recorded as they travelled; nothing else of the recording has the token.
    const kept = join(folder.path, 'kept');
    const [recording = ''] = readdirSync(kept);
    const files = readdirSync(join(kept, recording)).filter((name) => !/payload/.test(name));
    expect(files.length).toBeGreaterThan(1);
    for (const name of files)
      expect(readFileSync(join(kept, recording, name), 'latin1')).not.toContain(TOKEN);
    expect(contentOf(join(kept, recording))).toContain(TOKEN);
  });
});
