import { describe, expect, test, vi } from 'vitest';
import { DuplexError } from '../../../../src/shared/errors.ts';
import type { Draft, PanelComposerCalls } from '../../../../src/shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../../../src/shared/session.ts';
import { composerCalls } from '../../../../src/vscode/panel/compose/composerCalls.ts';

function setUp() {
  const sent: OutgoingMessage[] = [];
  const session = {
    summary: { url: 'ws://localhost/feed' },
    send: vi.fn(async (message: OutgoingMessage) => void sent.push(message)),
  };
  const files = {
    pick: vi.fn(async () => '/picked.bin'),
    keep: vi.fn((name: string, _bytes: Uint8Array) => name),
    read: vi.fn(async () => Uint8Array.of(1, 2, 3)),
  };
  const variables = {
    list: vi.fn(async () => [{ name: 'channel', detail: 'BTC' }]),
    fill: vi.fn(async (text: string) => ({ text: text.replace('{{channel}}', 'BTC'), secrets: [] })),
  };
  const history = { list: vi.fn((): Draft[] => []), add: vi.fn(async () => undefined) };
  const saved = {
    list: vi.fn(async () => []),
    save: vi.fn(async () => true),
    open: vi.fn(async () => undefined),
  };
  const changes: unknown[] = [];
  const composer = composerCalls({
    ...{ session, files, variables, history, saved },
    onChange: () => changes.push(composer.repeat),
  });
  return { sent, session, files, variables, history, saved, changes, composer, calls: composer.calls };
}

const text = (value: string): OutgoingMessage => ({ kind: 'text', data: new TextEncoder().encode(value) });

async function failure(promise: Promise<unknown>): Promise<DuplexError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DuplexError);
  return error as DuplexError;
}

test('the draft is the one that was kept last', () => {
  const { calls, composer } = setUp();
  expect(composer.draft).toBeUndefined();
  calls.keepDraft({ mode: 'json', text: '{"a":' });
  calls.keepDraft({ mode: 'json', text: '{"a":1}', asIs: true });
  expect(composer.draft).toEqual({ mode: 'json', text: '{"a":1}', asIs: true });
});

describe('a draft', () => {
  test('of text is sent as it was typed', async () => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'text', text: ' 1.0 ' });
    expect(sent).toEqual([text(' 1.0 ')]);
  });

  test('of hex becomes a binary message', async () => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'hex', text: '00 ff' });
    expect(sent).toEqual([{ kind: 'binary', data: Uint8Array.of(0, 255) }]);
  });

  test('has its variables filled in, unless it is sent as it is', async () => {
    const { calls, sent, variables } = setUp();
    await calls.send({ mode: 'json', text: '{"c":"{{channel}}"}' });
    await calls.send({ mode: 'text', text: '{{channel}}', asIs: true });
    await calls.send({ mode: 'hex', text: '7b 7b' });
    expect(sent.map(({ data }) => new TextDecoder().decode(data))).toEqual([
      '{"c":"BTC"}',
      '{{channel}}',
      '{{',
    ]);
    expect(variables.fill).toHaveBeenCalledTimes(1);
  });

  test('goes to the history as it was written, once it is sent', async () => {
    const { calls, history, session } = setUp();
    await calls.send({ mode: 'text', text: '{{channel}}' });
    expect(history.add).toHaveBeenCalledWith('ws://localhost/feed', { mode: 'text', text: '{{channel}}' });
    session.send.mockRejectedValueOnce(new DuplexError('call.invalid', 'Closed.'));
    await failure(calls.send({ mode: 'text', text: 'x' }));
    expect(history.add).toHaveBeenCalledTimes(1);
  });

  test('that cannot be sent says why, and nothing is sent', async () => {
    const { calls, sent } = setUp();
    expect((await failure(calls.send({ mode: 'json', text: '{"a":' }))).message).toMatch(/JSON/);
    expect((await failure(calls.send({ mode: 'hex', text: 'xyz' }))).message).toMatch(/hexadecimal/);
    expect(sent).toEqual([]);
  });

  test('of a file sends the bytes of what was chosen or dropped', async () => {
    const { calls, sent, files } = setUp();
    await calls.send({ mode: 'file', text: '/picked.bin' });
    expect(files.read).toHaveBeenCalledWith('/picked.bin');
    expect(sent).toEqual([{ kind: 'binary', data: Uint8Array.of(1, 2, 3) }]);
    expect(await calls.keepFile('drop.bin', Uint8Array.of(9))).toBe('drop.bin');
    expect(files.keep).toHaveBeenCalledWith('drop.bin', Uint8Array.of(9));
  });
});

describe('a repetition', () => {
  test('sends the message as often as asked, with its values made anew, and says how far it is', async () => {
    const { calls, sent, variables, changes, composer } = setUp();
    let made = 0;
    variables.fill.mockImplementation(async () => ({ text: String(++made), secrets: [] }));
    await calls.repeat({ mode: 'text', text: '{{$uuid}}' }, 3, 1);
    expect(sent).toEqual(['1', '2', '3'].map(text));
    expect(changes).toContainEqual({ sent: 2, times: 3 });
    expect(composer.repeat).toBeUndefined();
  });

  test('ends when it is stopped, while it waits too', async () => {
    const { calls, sent } = setUp();
    const done = calls.repeat({ mode: 'text', text: 'x' }, 1000, 60_000);
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    await calls.stopRepeat();
    await done;
    expect(sent).toHaveLength(1);
  });

  test('ends with the first failure and says why; another can begin then, not before', async () => {
    const { calls, session, sent } = setUp();
    const first = calls.repeat({ mode: 'text', text: 'x' }, 2, 30);
    expect((await failure(calls.repeat({ mode: 'text', text: 'y' }, 1, 0))).message).toMatch(/stop it first/);
    session.send.mockRejectedValueOnce(new DuplexError('call.invalid', 'Closed.'));
    expect((await failure(first)).message).toBe('Closed.');
    await calls.repeat({ mode: 'text', text: 'z' }, 1, 0);
    expect(sent.at(-1)).toEqual(text('z'));
  });
});

describe('a page that was taken over cannot', () => {
  test.each<[string, (calls: PanelComposerCalls) => Promise<unknown>]>([
    ['send in an unknown mode', (calls) => calls.send({ mode: 'shell' as never, text: '' })],
    ['send what is not text', (calls) => calls.send({ mode: 'text', text: 1 as never })],
    ['send nothing at all', (calls) => calls.send(null as never)],
    ['repeat forever', (calls) => calls.repeat({ mode: 'text', text: 'x' }, Infinity, 0)],
    ['repeat with a negative pause', (calls) => calls.repeat({ mode: 'text', text: 'x' }, 1, -1)],
    ['drop what is no file', (calls) => calls.keepFile('x', 'bytes' as never)],
  ])('%s', async (_what, attempt) => {
    const { calls, session, files } = setUp();
    expect((await failure(attempt(calls))).code).toBe('call.invalid');
    for (const untouched of [session.send, files.read, files.keep]) expect(untouched).not.toHaveBeenCalled();
  });
});
