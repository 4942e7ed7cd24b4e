import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/folders.ts';
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

describe('units on the command line', () => {
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
  ])('%j says what is wrong', async (args, sentence) => {
    const { status, stderr } = await start(args).result;
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
