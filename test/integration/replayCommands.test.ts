import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import type { Session } from '../../src/engine/session.ts';
import { startDemoServer } from '../../src/demo/demoServer.ts';
import { replayCommands } from '../../src/vscode/servers/replayCommands.ts';
import { Servers } from '../../src/vscode/servers/servers.ts';
import type { Services } from '../../src/vscode/services.ts';
import { fakeLog } from '../unit/vscode/support/fakeLog.ts';
import { env, window, workspace } from '../unit/vscode/support/fakeVscode.ts';

vi.mock('vscode', () => import('../unit/vscode/support/fakeVscode.ts'));

const recordings = mkdtempSync(join(tmpdir(), 'duplex-replay-'));
const engine = new Engine({
  workersFolder: join(import.meta.dirname, '../../dist/workers'),
  recordingsFolder: recordings,
  onError: (error) => expect.fail(error.message),
});
const servers = new Servers(engine, fakeLog().log, {} as never);
const show = vi.fn();
const compareReplayed = vi.fn(async (..._args: unknown[]): Promise<void> => undefined);
const keepReplayed = vi.fn(async (..._args: unknown[]): Promise<void> => undefined);
const run = replayCommands(
  {
    engine,
    servers,
    panels: { show },
    log: fakeLog().log,
  } as unknown as Services,
  { compareReplayed, keepReplayed },
);

beforeEach(() => {
  vi.clearAllMocks();
  workspace.isTrusted = true;
});
afterAll(async () => {
  await servers.stopAll();
  await engine.dispose();
  rmSync(recordings, { recursive: true });
});

/** A session with the demo server's echo, while it is open. */
async function recorded(query = ''): Promise<{ session: Session; url: string; stop: () => Promise<void> }> {
  const demo = await startDemoServer({ port: 0, host: '127.0.0.1', onFault: () => {} });
  const url = `${demo.url}/echo${query}`;
  const session = engine.create({ url });
  await session.connect();
  await session.send({ kind: 'text', data: new TextEncoder().encode('hello') });
  await vi.waitFor(() => expect(session.summary.in.messages).toBe(1), 10_000);
  return { session, url, stop: () => demo.close() };
}

test('Serve This Recording plays its server, also while it is recorded, and lists it', async () => {
  const { session, stop } = await recorded();
  window.showInformationMessage.mockResolvedValueOnce('Copy URL');
  const url = (await run['duplex.serveRecording']!(session, Infinity)) as string;
  expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/echo$/);
  const text = `The server of the recording listens at ${url}.`;
  expect(window.showInformationMessage).toHaveBeenCalledWith(text, 'Copy URL', 'Stop');
  await vi.waitFor(() => expect(env.clipboard.writeText).toHaveBeenCalledWith(url));
  expect(servers.all).toMatchObject([{ kind: 'server', url }]);
  const result = await run['duplex.replayAgainst']!({ folder: session.folder }, url, Infinity);
  expect(result).toMatchObject({ divergences: 0 });
  expect(window.showInformationMessage).toHaveBeenCalledWith('The server answers as in the recording.');
  expect(servers.all[0]!.sessions).toHaveLength(1);
  expect(keepReplayed).toHaveBeenCalledWith(servers.all[0]!.sessions[0], session.folder);
  expect(show).toHaveBeenCalledTimes(1);
  await servers.stopAll();
  await session.disconnect();
  await stop();
});

test('Serve This Recording accepts the id of a session, and Stop in its message ends it', async () => {
  const { session, stop } = await recorded();
  window.showInformationMessage.mockResolvedValueOnce('Stop');
  window.showQuickPick.mockResolvedValueOnce({ speed: 4 });
  expect(await run['duplex.serveRecording']!(session.id)).toMatch(/^ws:/);
  // Its menu gives the selected items too, and they are no speed.
  const [items, { placeHolder }] = window.showQuickPick.mock.calls[0]! as unknown as [
    { speed: number }[],
    { placeHolder: string },
  ];
  expect([items.map(({ speed }) => speed), placeHolder]).toEqual([[1, Infinity, 4], 'How fast?']);
  await vi.waitFor(() => expect(servers.all).toEqual([]));
  await session.disconnect();
  await stop();
});

test('Replay Against asks for the server and the speed, and reports divergences', async () => {
  const { session, url, stop } = await recorded();
  window.showInputBox.mockResolvedValueOnce(` ${url.replace('/echo', '/binary')} `);
  window.showQuickPick.mockResolvedValueOnce({ speed: Infinity });
  window.showWarningMessage.mockResolvedValueOnce('Compare');
  const result = (await run['duplex.replayAgainst']!(session.folder)) as { id: string; divergences: number };
  expect(result.divergences).toBeGreaterThan(0);
  expect(window.showWarningMessage).toHaveBeenCalledWith(
    expect.stringMatching(/divergences\. The first: Message \d+/),
    'Compare',
  );
  await vi.waitFor(() => expect(compareReplayed).toHaveBeenCalledTimes(1), 10_000);
  const [replayed, expected, actual] = compareReplayed.mock.calls[0]! as [Session, number, number];
  expect(replayed.id).toBe(result.id);
  expect(keepReplayed.mock.calls).toEqual([[replayed, session.folder]]);
  const rows = [...(await session.readRows(expected, 1)), ...(await replayed.readRows(actual, 1))];
  expect(rows.map(({ direction }) => direction)).toEqual(['in', 'in']);
  await session.disconnect();
  await stop();
});

test.each(['duplex.serveRecording', 'duplex.replayAgainst'])(
  '%s says that a recording is cut off, and plays what is there',
  async (command) => {
    const { session, url, stop } = await recorded();
    await session.disconnect();
    const index = join(session.folder!, 'index.bin');
    // The close and a part of the answer.
    truncateSync(index, 2 * 32 + 20);
    await run[command]!(session.folder, ...(command === 'duplex.replayAgainst' ? [url] : []), Infinity);
    const sentence = expect.stringMatching(/^\d+ bytes behind row 1 are not a whole row and were left out: /);
    expect(window.showWarningMessage).toHaveBeenCalledWith(sentence);
    expect(window.showWarningMessage).toHaveBeenCalledTimes(1);
    if (command === 'duplex.serveRecording') expect(servers.all).toHaveLength(1);
    await servers.stopAll();
    await stop();
  },
);

test('Replay Against asks for the secrets of the recorded URL, and does not connect without them', async () => {
  const { session, url, stop } = await recorded('?token=hunter2');
  window.showInputBox.mockResolvedValueOnce(undefined);
  expect(await run['duplex.replayAgainst']!(session.folder)).toBeUndefined();
  const [{ value, validateInput }] = window.showInputBox.mock.calls[0]! as unknown as [
    { value: string; validateInput: (typed: string) => string | undefined },
  ];
  expect(value).toBe(url.replace('hunter2', '••••'));
  expect(validateInput(value)).toBe('Replace •••• with the secret.');
  expect(validateInput(` ${url} `)).toBeUndefined();
  expect(validateInput('http:/')).toMatch(/\.$/);
  await session.disconnect();
  await stop();
});

test('nothing starts if the user cancels, or without a connection', async () => {
  const { session, url, stop } = await recorded();
  expect(await run['duplex.serveRecording']!()).toBeUndefined();
  window.showQuickPick.mockResolvedValueOnce(undefined);
  expect(await run['duplex.serveRecording']!(session.folder, [session])).toBeUndefined();
  expect(servers.all).toEqual([]);
  window.showInputBox.mockResolvedValueOnce(undefined);
  expect(await run['duplex.replayAgainst']!(session.folder)).toBeUndefined();
  window.showInputBox.mockResolvedValueOnce(url);
  window.showQuickPick.mockResolvedValueOnce(undefined);
  expect(await run['duplex.replayAgainst']!(session.folder)).toBeUndefined();
  await session.disconnect();
  await stop();
  await expect(run['duplex.replayAgainst']!(session.folder, url, 1)).rejects.toMatchObject({
    code: 'tcp.refused',
  });
  await expect(run['duplex.serveRecording']!('/nowhere', 1)).rejects.toMatchObject({ code: 'file.invalid' });
});

test('nothing starts in Restricted Mode', async () => {
  workspace.isTrusted = false;
  await expect(run['duplex.serveRecording']!('/a')).rejects.toThrow('does not listen in Restricted Mode');
  await expect(run['duplex.replayAgainst']!('/a', 'ws://a', 1)).rejects.toThrow(
    'does not connect in Restricted Mode',
  );
});
