import { describe, expect, test, vi } from 'vitest';
import { analyzeRequestFile } from '../../../../src/core/request/plan/analyzeRequestFile.ts';
import type { Scope } from '../../../../src/core/request/variables/scope.ts';
import { stepMessage } from '../../../../src/core/request/plan/stepMessage.ts';
import type { PlacedRequest } from '../../../../src/core/request/run/runPorts.ts';
import { RequestSessions } from '../../../../src/vscode/requestFiles/requestSessions.ts';
import { fakeScopes } from './support/fakeScopes.ts';
import { fakeOpener } from './support/fakeRequestSession.ts';

const SOURCE = `@host = localhost
### first
# @timeout 2s
WEBSOCKET ws://{{host}}/first
X-A: 1

hello {{host}}
###
WEBSOCKET ws://localhost/unnamed
`;

function place(source: string, index = 0, uri = 'file:///a.ws'): PlacedRequest {
  const file = analyzeRequestFile(source);
  return { uri, file, request: file.requests[index]! };
}

function setUp() {
  const fake = fakeOpener();
  let count = 0;
  const ports = { now: () => 0, randomBytes: (length: number) => new Uint8Array(length).fill(++count) };
  const sessions = new RequestSessions(fake.opener, fakeScopes(ports));
  const connected = async (placed: PlacedRequest) => {
    const connecting = sessions.connect(placed);
    await fake.end('open');
    return connecting;
  };
  /** The text of a request's first message, as it would be sent now. */
  const text = (placed: PlacedRequest) => async (scope: Scope) => {
    const message = stepMessage(placed.request.steps[0]!, scope);
    return message.kind === 'text' ? message.text : message.kind;
  };
  return { ...fake, sessions, connected, text };
}

describe('Connect', () => {
  test('opens a session with the options and the name of the request', async () => {
    const { opener, connected } = setUp();
    const session = await connected(place(SOURCE));
    expect(opener.open).toHaveBeenCalledWith(
      { url: 'ws://localhost/first', handshakeTimeout: 2000, headers: [['X-A', '1']] },
      'first',
      'file:///a.ws',
    );
    expect(session.summary.state).toBe('open');
  });

  test('uses the default session name for a request without a name', async () => {
    const { opener, connected } = setUp();
    await connected(place(SOURCE, 1));
    expect(opener.open).toHaveBeenCalledWith({ url: 'ws://localhost/unnamed' }, undefined, 'file:///a.ws');
  });

  test('shows the existing session of the request instead of opening another', async () => {
    const { opener, connected, sessions } = setUp();
    const session = await connected(place(SOURCE));
    expect(await sessions.connect(place(SOURCE))).toBe(session);
    expect(opener.show).toHaveBeenCalledExactlyOnceWith(session);
    expect(opener.open).toHaveBeenCalledOnce();
  });

  test('waits for an attempt in progress', async () => {
    const { opener, sessions, end } = setUp();
    const first = sessions.connect(place(SOURCE));
    const second = sessions.connect(place(SOURCE));
    await end('open');
    expect(await first).toBe(await second);
    expect(opener.open).toHaveBeenCalledOnce();
  });

  test.each(['closed', 'failed'] as const)('reuses a %s session', async (state) => {
    const { opener, connected, sessions, end, made } = setUp();
    const session = await connected(place(SOURCE));
    made[0]!.become(state);
    const again = sessions.connect(place(SOURCE));
    await end('open');
    expect(await again).toBe(session);
    expect(opener.reconnect).toHaveBeenCalledWith(session);
    expect(opener.open).toHaveBeenCalledOnce();
  });

  test('does not reuse a session that is closing or removed', async () => {
    const { connected, made, removed } = setUp();
    await connected(place(SOURCE));
    made[0]!.become('closing');
    await connected(place(SOURCE));
    removed.add(made[1]!);
    await connected(place(SOURCE));
    expect(made).toHaveLength(3);
  });

  test('opens another connection if the request options changed', async () => {
    const { opener, connected } = setUp();
    const first = await connected(place(SOURCE));
    const other = await connected(place(SOURCE.replace('X-A: 1', 'X-A: 2')));
    expect(other).not.toBe(first);
    expect(opener.open).toHaveBeenCalledTimes(2);
  });

  test('computes new values, and does not reuse a session with old ones', async () => {
    const { opener, connected, made } = setUp();
    const source = 'WEBSOCKET ws://localhost/{{$uuid}}';
    await connected(place(source));
    made[0]!.become('closed');
    await connected(place(source));
    const [first, second] = opener.open.mock.calls.map(([{ url }]) => url);
    expect(first).not.toBe(second);
    expect(opener.reconnect).not.toHaveBeenCalled();
  });

  test('reports the place of an error in the request, and opens nothing', async () => {
    const { opener, sessions } = setUp();
    await expect(sessions.connect(place('# @decode x\nWEBSOCKET wss://localhost'))).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/^Line 1: “x” is not a decoding rule/) as string,
    });
    expect(opener.open).not.toHaveBeenCalled();
  });
});

describe('the session of a request', () => {
  test('is found by name, even after the request moves in the file', async () => {
    const { connected, sessions } = setUp();
    const session = await connected(place(SOURCE));
    const moved = `@host = localhost\nWEBSOCKET ws://localhost/new\n${SOURCE}`;
    expect(sessions.find(place(moved, 1))).toBe(session);
    expect(sessions.find(place(moved, 0))).toBeUndefined();
  });

  test('is found by place if it has no unique name', async () => {
    const { connected, sessions } = setUp();
    const twice = '### a\nWEBSOCKET ws://localhost\n### a\nWEBSOCKET ws://localhost\n';
    const session = await connected(place(twice, 1));
    expect(sessions.find(place(twice, 1))).toBe(session);
    expect(sessions.find(place(twice, 0))).toBeUndefined();
  });

  test('is found in its own file only', async () => {
    const { connected, sessions } = setUp();
    await connected(place(SOURCE));
    expect(sessions.find(place(SOURCE, 0, 'file:///b.ws'))).toBeUndefined();
  });

  test('is kept as long as it is connected', async () => {
    const { connected, sessions, made } = setUp();
    await connected(place(SOURCE));
    made[0]!.become('closed');
    expect(sessions.find(place(SOURCE))).toBeUndefined();
  });
});

describe('Send', () => {
  test('uses the open session and shows it', async () => {
    const { opener, connected, sessions, text } = setUp();
    const session = await connected(place(SOURCE));
    const placed = place(SOURCE);
    expect(await sessions.opened(placed, text(placed))).toEqual({ session, prepared: 'hello localhost' });
    expect(opener.show).toHaveBeenCalledWith(session);
    expect(opener.open).toHaveBeenCalledOnce();
  });

  test('connects first without an open session', async () => {
    const { sessions, end, made, text } = setUp();
    const placed = place(SOURCE);
    const opening = sessions.opened(placed, text(placed));
    await vi.waitFor(() => expect(made).toHaveLength(1));
    await end('open');
    expect((await opening)?.session).toBe(made[0]);
  });

  test('makes one connection for two calls in a row', async () => {
    const { sessions, end, made, text } = setUp();
    const placed = place(SOURCE);
    const both = [sessions.opened(placed, text(placed)), sessions.opened(placed, text(placed))];
    await vi.waitFor(() => expect(made).toHaveLength(1));
    await end('open');
    const [first, second] = await Promise.all(both);
    expect(first?.session).toBe(second?.session);
    expect(made).toHaveLength(1);
  });

  test('sends nothing if the connection fails', async () => {
    const { sessions, end, made, text } = setUp();
    const placed = place(SOURCE);
    const opening = sessions.opened(placed, text(placed));
    await vi.waitFor(() => expect(made).toHaveLength(1));
    await end('failed');
    expect(await opening).toBeUndefined();
  });

  test('does not connect if the message cannot be made', async () => {
    const { sessions, opener } = setUp();
    const failing = sessions.opened(place(SOURCE), async () => Promise.reject(new Error('no file')));
    await expect(failing).rejects.toThrow('no file');
    expect(opener.open).not.toHaveBeenCalled();
  });

  test('fills in the values of the connection', async () => {
    const { sessions, opener, connected, text } = setUp();
    const source = '@id = {{$uuid}}\nWEBSOCKET ws://localhost/{{id}}\n\n{{id}}';
    await connected(place(source));
    const placed = place(source);
    const sent = await sessions.opened(placed, text(placed));
    expect(`ws://localhost/${sent?.prepared}`).toBe(opener.open.mock.calls[0]![0].url);
  });
});

test('calls listeners for each state, not for each message', async () => {
  const { sessions, connected, made } = setUp();
  const heard = vi.fn();
  const stop = sessions.onDidChange(heard);
  await connected(place(SOURCE));
  heard.mockClear();
  made[0]!.tick();
  expect(heard).not.toHaveBeenCalled();
  made[0]!.become('closed');
  expect(heard).toHaveBeenCalledOnce();
  stop();
  made[0]!.become('open');
  expect(heard).toHaveBeenCalledOnce();
});
