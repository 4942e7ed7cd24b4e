import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { demoServer } from '../support/engine.ts';
import { duplex, endAll, jsonLines, start, type Running } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

let folder: RequestFolder | undefined;
afterEach(() => {
  endAll();
  folder?.remove();
});

async function started(
  args: readonly string[],
  urls: number,
): Promise<Running & { urls: readonly string[] }> {
  const running = start(args, 'closed', { cwd: folder!.path });
  await running.prints(new RegExp(`^(?:ws:\\S+\\n){${urls}}`));
  return { ...running, urls: running.stdout().match(/^ws:\S+/gm)! };
}

/** The first answer of an echo to a text. */
async function echoed(url: string, text: string): Promise<string> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  socket.send(text);
  const [data] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  await once(socket, 'close');
  return data.toString();
}

const RULES = `
### Doubled
# @name doubled
PROXY ws://127.0.0.1:8081 -> ws://127.0.0.1:1
# @fault duplicate in where text == "{{word}}"

### Broken
# @name broken
PROXY ws://127.0.0.1:8082 -> ws://127.0.0.1:1
# @fault corrupt out seed 3
`;

describe('duplex proxy --rules', () => {
  it('applies the faults of the named block to another target, and prints and records the messages that it passed on', async () => {
    const demo = await demoServer();
    folder = requestFolder({ 'rules.ws': RULES });
    const proxy = await started(
      [
        'proxy',
        demo.url,
        '--port',
        '0',
        '--rules',
        'rules.ws',
        '--request',
        'doubled',
        '--var',
        'word=again',
        '--json',
        '--record',
        'kept',
      ],
      1,
    );
    expect(await echoed(`${proxy.urls[0]}/echo`, 'again')).toBe('again');
    await proxy.prints(/"kind":"close"/);
    const texts = jsonLines(proxy.stdout().replace(/^ws:.*\n/, '')).filter(({ kind }) => kind === 'text');
    expect(texts.map(({ dir, text, altered }) => [dir, text, altered])).toEqual([
      ['out', 'again', undefined],
      ['in', 'again', undefined],
      ['in', 'again', true],
      ['in', 'again', true],
    ]);
    proxy.child.kill('SIGINT');
    expect(await proxy.result).toMatchObject({ status: 0 });
    const [name] = readdirSync(join(folder.path, 'kept'));
    const log = await duplex(['log', join('kept', name!)], 'closed', { cwd: folder.path });
    expect(log.stdout.match(/\(altered\) again/g)).toHaveLength(2);
  });

  it.each([
    ['proxy', ['proxy', 'ws://127.0.0.1:1', '--port', '0', '--rules', 'hold.ws']],
    ['serve', ['serve', 'hold.ws']],
  ])('%s says at its start that nothing releases a held message by hand', async (_, args) => {
    folder = requestFolder({
      'hold.ws': 'PROXY ws://127.0.0.1:0 -> ws://127.0.0.1:1\n# @fault hold 30s out\n# @fault hold in\n',
    });
    const proxy = await started(args, 1);
    await expect.poll(proxy.stderr, { timeout: 20_000 }).toContain('\n');
    expect(proxy.stderr()).toBe(
      'duplex: “hold in” (line 3) holds messages until the proxy stops, because only the panel in VS Code releases them by hand: give it a time, such as hold 30s.\n',
    );
  });

  it.each([
    [['--rules', 'rules.ws'], 'rules.ws has several PROXY blocks: name one with --request.'],
    [['--rules', 'rules.ws', '--request', 'other'], 'rules.ws has no PROXY block named “other”'],
    [['--rules', 'empty.ws'], 'empty.ws has no PROXY block: write PROXY ws://127.0.0.1:8081 -> wss://host'],
    [['--rules', 'missing.ws'], 'missing.ws cannot be read'],
    [['--rules', 'wrong.ws'], 'Line 2: “drops” is not a fault: did you mean drop?'],
    [
      ['--request', 'doubled'],
      '--request, --env and --var apply to the rules: name their file with --rules.',
    ],
    [['--rules', 'rules.ws', '--request', 'doubled'], '{{word}} has no value'],
  ])('with %j reports the problem, and does not listen', async (args, sentence) => {
    folder = requestFolder({
      'rules.ws': RULES,
      'empty.ws': 'WEBSOCKET ws://localhost\n',
      'wrong.ws': 'PROXY ws://127.0.0.1:8081 -> ws://127.0.0.1:1\n# @fault drops\n',
    });
    const { status, stdout, stderr } = await duplex(
      ['proxy', 'ws://127.0.0.1:1', '--port', '0', ...args],
      'closed',
      { cwd: folder.path },
    );
    expect(stderr).toContain(sentence);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe('duplex serve FILE with proxies', () => {
  const FILE = (target: string): string => `
### Answers
# @name answers
SERVE ws://127.0.0.1:9000/

=== on-message
answered

### To the demo server
# @name slow
PROXY ws://127.0.0.1:9001 -> ${target}
X-Key: {{$uuid}}
# @fault delay 100ms

### Not now
# @disabled
PROXY ws://127.0.0.1:9002 -> ${target}
`;

  it('starts servers and proxies, each connection with its own number', async () => {
    const demo = await demoServer();
    folder = requestFolder({ 'both.ws': FILE(demo.url) });
    const running = await started(['serve', 'both.ws', '--port', '0', '--json'], 2);
    expect(await echoed(running.urls[0]!, 'x')).toBe('answered');
    const before = performance.now();
    expect(await echoed(`${running.urls[1]}/echo`, 'through')).toBe('through');
    expect(performance.now() - before).toBeGreaterThan(190);
    await running.prints(/"conn":2,.*"kind":"close"/);
    running.child.kill('SIGINT');
    expect(await running.result).toMatchObject({ status: 0 });
  });

  it('starts only the named blocks', async () => {
    const demo = await demoServer();
    folder = requestFolder({ 'both.ws': FILE(demo.url) });
    const running = await started(['serve', 'both.ws', 'slow', '--port', '0'], 1);
    expect(await echoed(`${running.urls[0]}/echo`, 'through')).toBe('through');
  });

  it('reports the problem of a block, and stops the blocks that had started', async () => {
    folder = requestFolder({
      'both.ws': `${FILE('ws://127.0.0.1:1')}\n###\nPROXY ws://127.0.0.1:9003 -> nowhere\n`,
    });
    const { status, stderr } = await duplex(['serve', 'both.ws', '--port', '0'], 'closed', {
      cwd: folder.path,
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^duplex: both\.ws:\d+:\d+ error url\.invalid A WebSocket URL starts with/);
  });
});
