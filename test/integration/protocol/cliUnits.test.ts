import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/folders.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { start } from '../cliProcess.ts';
import { type ChatServer, chatServer } from './support/socketioServers.ts';

const servers: ChatServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Line {
  readonly seq: number;
  readonly kind: string;
  readonly dir?: string;
  readonly decoded?: {
    readonly protocol: string;
    readonly units: readonly {
      readonly type: string;
      readonly name: string;
      readonly payload?: unknown;
      readonly summary: string;
    }[];
  };
}

const linesOf = (stdout: string): Line[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

const story = (lines: readonly Line[]): string[] =>
  lines.flatMap(({ dir, decoded }) =>
    (decoded?.units ?? []).map(({ type, summary }) => `${dir} ${type} ${summary}`),
  );

describe('a URL without a path under --protocol socket.io', () => {
  const sentence =
    'The URL has no path, and servers of Socket.IO listen at /socket.io/?EIO=4&transport=websocket: add it, or the path of your server.';

  it('is said on stderr, also if the server accepts it, and is not changed', async () => {
    const paths: string[] = [];
    const url = await scriptedServer((socket, request) => {
      paths.push(request.url ?? '');
      socket.close(1000);
    });
    const origin = url.replace(/\/$/, '');
    const named = await start(['connect', origin, '--protocol', 'socket.io']).result;
    expect(named.stderr.split('\n')[0]).toContain(sentence);
    expect(paths).toEqual(['/']);
    for (const more of [['--protocol', 'socket.io', '--quiet'], ['--protocol', 'json-rpc'], []])
      expect((await start(['connect', origin, ...more]).result).stderr).not.toContain('no path');
    const whole = await start(['connect', `${origin}/socket.io/`, '--protocol', 'socket.io']).result;
    expect(whole.stderr).not.toContain('no path');
  });
});

describe('units on the command line', () => {
  it('are decoded by rules, also from a recording, and found by their names', async () => {
    const folder = join(await temporaryFolder(), 'feed');
    const schema = join(await temporaryFolder(), 'a.proto');
    await writeFile(schema, 'syntax = "proto3"; package feed; message A { int32 n = 1; }');
    const url = await scriptedServer((socket) => socket.send(Uint8Array.of(8, 150, 1)));
    const connected = await start([
      ...['connect', url, '--units', '--json', '--record', folder, '--wait', '300ms'],
      ...['--decode', `protobuf A from ${schema} in`, '--decode', 'base64 out', '--send', 'aGVsbG8='],
    ]).result;
    expect(connected.stderr).toBe('');
    const units = linesOf(connected.stdout).flatMap(({ dir, decoded }) =>
      (decoded?.units ?? []).map(({ type, payload }) => [dir, decoded!.protocol, type, payload]),
    );
    expect(units).toContainEqual(['in', 'decode', 'event', { n: 150 }]);
    expect(units).toContainEqual(['out', 'decode', 'event', 'hello']);

    const logged = await start(['log', folder, '--units', '--json']).result;
    expect(story(linesOf(logged.stdout))).toContain('in event {"n":150}');
    const other = await start(['log', folder, '--units', '--json', '--decode', 'protobuf in']).result;
    expect(story(linesOf(other.stdout))).toEqual(['in event {"1":150}']);
    const events = await start(['log', folder, '--units', '--json', '--filter', 'type=event,in']).result;
    expect(story(linesOf(events.stdout))).toEqual(['in event {"n":150}']);
    const wrong = await start(['log', folder, '--units', '--decode', 'xml']).result;
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('“xml” is not a decoding rule'),
    ]);
  });

  it('are printed by connect, recorded, and printed and filtered by log', async () => {
    const server = await chatServer(4);
    servers.push(server);
    const url = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const folder = join(await temporaryFolder(), 'chat');
    const connected = await start([
      ...['connect', url, '--protocol', 'socket.io', '--units', '--json', '--record', folder],
      ...['--send', '42["say",1.0,"hi\u2028"]', '--send', '420["add",2,3]', '--wait', '700ms'],
    ]).result;
    expect(connected.stderr).toBe('');
    expect(connected.status).toBe(0);
    const lines = linesOf(connected.stdout);
    expect(story(lines)).toEqual(
      expect.arrayContaining([
        'out control CONNECT',
        'out event say [1.0,"hi‹U+2028›"]',
        'in event said [1,"hi‹U+2028›"]',
        'out call add [2,3]',
        'in reply ACK 0 [5,"done"]',
      ]),
    );
    // Numbers keep their spelling, and nothing that a terminal acts upon comes out.
    expect(connected.stdout).toContain('"payload":[1.0,"hi\\u2028"]');
    expect(connected.stdout).not.toContain('\u2028');

    const logged = await start(['log', folder, '--units', '--json']).result;
    expect(story(linesOf(logged.stdout))).toEqual(story(lines));

    const filtered = await start(['log', folder, '--units', '--json', '--filter', 'type=event name=say,out'])
      .result;
    expect(story(linesOf(filtered.stdout))).toEqual(['out event say [1.0,"hi‹U+2028›"]']);
    const found = await start(['log', folder, '--units', '--filter', 'type=event', '--search', 'said'])
      .result;
    expect(found.stdout).toMatch(/^<- .*\n {3}event said \[1,"hi‹U\+2028›"\]\n$/);
    const plain = await start(['log', folder, '--filter', 'name=add', '--json']).result;
    expect(linesOf(plain.stdout)).toMatchObject([{ kind: 'text', text: '420["add",2,3]' }]);
    expect(plain.stdout).not.toContain('decoded');
  });

  it.each([
    [['connect', 'ws://127.0.0.1:1', '--protocol', 'socketio'], 'did you mean socket.io?'],
    [['connect', 'ws://127.0.0.1:1', '--protocol', 'v1.json'], 'did you mean the option subprotocol'],
    [['log', '.', '--protocol', 'x'], 'There is no protocol “x”'],
    [['log', '.', '--filter', 'type=message'], '“message” is not a type of a unit: use call, reply'],
  ])('%j is refused with a reason', async (args, sentence) => {
    const { status, stderr } = await start(args).result;
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
