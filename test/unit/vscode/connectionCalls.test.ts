import { describe, expect, test, vi } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { PanelCommand } from '../../../src/shared/panelProtocol.ts';
import type { ConnectOptions, SessionSummary } from '../../../src/shared/session.ts';
import type { ErrorDetail, Kind, OpenDetail, Row } from '../../../src/shared/timeline.ts';
import { connectionCalls } from '../../../src/vscode/panel/connectionCalls.ts';
import type { ConnectionPorts } from '../../../src/vscode/panel/connectionCalls.ts';
import { handshakeCalls } from '../../../src/vscode/panel/handshakeCalls.ts';
import type { ConnectableSession, HandshakePorts } from '../../../src/vscode/panel/handshakeCalls.ts';
import type { WrittenConnection } from '../../../src/vscode/panel/writtenConnection.ts';
import { summary } from './support/fakeSession.ts';

vi.mock('vscode', () => import('./support/fakeVscode.ts'));

const TOKEN = 'canary-token-1234';

const OPEN: OpenDetail = {
  status: 101,
  protocol: 'v1.json',
  extensions: '',
  headers: [],
  exchanges: [
    {
      with: 'server',
      url: 'wss://host.test/',
      request: `GET / HTTP/1.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
      response: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    },
  ],
};

const REFUSED: ErrorDetail = {
  code: 'handshake.subprotocol',
  message: 'The server chose a subprotocol that was not offered.',
  subprotocol: 'v2.json',
  phase: 'http',
};

interface Given {
  readonly state?: Partial<SessionSummary>;
  readonly handshakes?: ConnectableSession['handshakes'];
  readonly options?: Partial<ConnectOptions>;
  /** The recorded rows, in order. */
  readonly recorded?: readonly (readonly [Kind, unknown])[];
}

function setUp({ state = {}, handshakes, options = {}, recorded = [] }: Given = {}) {
  const done: string[] = [];
  let kept: WrittenConnection | undefined;
  const session = {
    summary: summary({ state: 'closed', url: 'wss://host.test/', ...state }),
    options: connectOptions({
      url: 'wss://host.test/',
      headers: [['Authorization', `Bearer ${TOKEN}`]],
      ...options,
    }),
    handshakes,
    reconfigure: vi.fn((_change: Partial<ConnectOptions>) => void done.push('reconfigure')),
    disconnect: vi.fn(async () => void done.push('disconnect')),
  } satisfies ConnectableSession;
  const rows = recorded.map(([kind], seq) => ({ seq, kind, direction: 'in', time: 2_000_000 }) as Row);
  const ports = {
    recorded: {
      rows: rows.length,
      readRows: async (from: number, count: number) => rows.slice(from, from + count),
      flush: async () => undefined,
      read: async (seq: number) => new TextEncoder().encode(JSON.stringify(recorded[seq]![1])),
      last: async (kinds: readonly Kind[], count: number) =>
        rows
          .filter(({ kind }) => kinds.includes(kind))
          .slice(-count)
          .map(({ seq }) => seq),
    },
    copyText: vi.fn(async (_text: string) => undefined),
    connect: vi.fn(async () => void done.push('connect')),
    fill: vi.fn(async (text: string) => {
      if (text.includes('{{none}}')) throw new DuplexError('call.invalid', '{{none}} has no value.');
      const filled = text.replace('{{host}}', 'host.test').replace('{{key}}', 'canary-key');
      return { text: filled, secrets: text.includes('{{key}}') ? ['canary-key'] : [] };
    }),
    written: {
      get: () => kept,
      set: (written: WrittenConnection) => {
        kept = written;
      },
    },
    edited: vi.fn((_before: string) => void done.push('edited')),
    agrees: vi.fn(async () => true),
    act: vi.fn(async (): Promise<Partial<ConnectOptions> | undefined> => undefined),
    run: vi.fn(async (_command: PanelCommand) => undefined),
  } satisfies ConnectionPorts & HandshakePorts;
  return {
    session,
    ports,
    done,
    calls: { ...handshakeCalls(session, ports), ...connectionCalls(session, ports) },
  };
}

const failed = (error: ErrorDetail, more: Given = {}): Given => ({
  state: { state: 'failed', error: { code: error.code, message: error.message } },
  recorded: [['error', error]],
  ...more,
});

describe('the handshake', () => {
  test('is masked in a live session until the user reveals it', async () => {
    const { calls } = setUp({ handshakes: OPEN });
    const masked = await calls.handshake(false);
    expect(masked).toMatchObject({ url: 'wss://host.test/', isRevealed: false, canReveal: true });
    expect(JSON.stringify(masked)).not.toContain(TOKEN);
    expect(masked?.detail.exchanges?.[0]?.request).toContain('Authorization: Bearer ••••');
    const revealed = await calls.handshake(true);
    expect(revealed).toMatchObject({ isRevealed: true, detail: OPEN });
  });

  test('is revealed only by the value true', async () => {
    const { calls } = setUp({ handshakes: OPEN });
    expect(JSON.stringify(await calls.handshake('yes' as never))).not.toContain(TOKEN);
  });

  test('is shown as recorded in a recording, even when it is revealed', async () => {
    const { calls } = setUp({ recorded: [['open', { ...OPEN, exchanges: [] }]] });
    expect(await calls.handshake(true)).toMatchObject({ isRevealed: false, canReveal: false });
  });

  test('is the last one of a recording, not a failure after it', async () => {
    const first = { ...OPEN, protocol: 'first' };
    const last = { ...OPEN, protocol: 'last' };
    const broken = { code: 'tcp.reset', message: 'Broken off.', phase: 'open' };
    const recorded = [
      ['open', first],
      ['text', ''],
      ['open', last],
      ['error', broken],
    ] as const;
    expect((await setUp({ recorded }).calls.handshake(false))?.detail.protocol).toBe('last');
    const onlyFailure = setUp({ recorded: [['error', REFUSED]] });
    expect((await onlyFailure.calls.handshake(false))?.detail.subprotocol).toBe('v2.json');
  });

  test('has the reason if it failed', async () => {
    const { calls } = setUp(failed(REFUSED, { handshakes: OPEN }));
    expect((await calls.handshake(false))?.detail.message).toBe(REFUSED.message);
  });

  test('is missing before the first one', async () => {
    expect(await setUp().calls.handshake(false)).toBeUndefined();
  });

  test('is an error in a damaged recording', async () => {
    const { calls, ports } = setUp({ recorded: [['open', OPEN]] });
    ports.recorded.read = async () => new TextEncoder().encode('{"status":');
    await expect(calls.handshake(false)).rejects.toMatchObject({ code: 'file.invalid' });
  });
});

describe('variables from the user', () => {
  test('are shown in the form after connecting, instead of their values', async () => {
    const { calls, session } = setUp();
    const edited = {
      ...(await calls.editableConnection()),
      url: 'wss://{{host}}/',
      headers: [
        ['Authorization', 'Bearer {{key}}'],
        ['X-A', 'plain'],
      ],
    } as const;
    session.reconfigure.mockImplementation((change) => void Object.assign(session.options, change));
    expect(await calls.reconnectWith(edited)).toBe(true);
    expect(session.options).toMatchObject({
      url: 'wss://host.test/',
      headers: [
        ['Authorization', 'Bearer canary-key'],
        ['X-A', 'plain'],
      ],
    });
    const form = await calls.editableConnection();
    expect(form).toMatchObject({ url: edited.url, headers: edited.headers });
    expect(JSON.stringify(form)).not.toContain('canary-key');
    // Applied again as it is, it connects with the values again.
    expect(await calls.reconnectWith(form)).toBe(true);
    expect(session.options.headers[0]).toEqual(['Authorization', 'Bearer canary-key']);
  });

  test('are previewed without secrets', async () => {
    const { calls } = setUp();
    expect(
      await calls.filledTexts(['wss://{{host}}/', 'Bearer {{key}}', 'Bearer plain-token {{host}}']),
    ).toEqual(['wss://host.test/', 'Bearer ••••', 'Bearer ••••']);
  });
});

describe('copying', () => {
  test('gives a curl command and the exchange, masked unless revealed', async () => {
    const { calls, ports } = setUp({ handshakes: OPEN });
    const copied = (): string | undefined => ports.copyText.mock.calls.at(-1)?.[0];
    await calls.copyHandshake('curl', false);
    expect(copied()).toMatch(/^curl [^]*https:\/\/host\.test\//);
    expect(copied()).not.toContain(TOKEN);
    await calls.copyHandshake('raw', false);
    expect(copied()).not.toContain(TOKEN);
    await calls.copyHandshake('curl', true);
    expect(copied()).toContain(TOKEN);
    await calls.copyHandshake('raw', true);
    expect(copied()).toBe(OPEN.exchanges![0]!.request + OPEN.exchanges![0]!.response);
    await calls.run('copyCurl');
    expect(copied()).not.toContain(TOKEN);
    expect(ports.run).not.toHaveBeenCalled();
  });

  test('is refused without a handshake', async () => {
    await expect(setUp().calls.copyHandshake('raw', false)).rejects.toThrow(/nothing to copy/);
  });
});

describe('the diagnosis', () => {
  test('is made from the recorded failure, and its changes stay on the host', async () => {
    const { calls } = setUp(failed(REFUSED));
    const diagnosis = await calls.diagnosis();
    expect(diagnosis).toMatchObject({ cause: REFUSED.message, detail: REFUSED });
    expect(diagnosis?.evidence).toContainEqual({ label: 'Chosen', value: 'v2.json' });
    expect(diagnosis?.fixes[0]).toEqual({ id: 'offer', label: 'Offer the subprotocol v2.json' });
    expect(JSON.stringify(diagnosis)).not.toContain(TOKEN);
  });

  test('has code and sentence only if the recording has no failure', async () => {
    const { error } = failed(REFUSED).state!;
    for (const recorded of [[], [['error', { code: 'tcp.reset', message: 'Older.' }]]] as const) {
      const { calls } = setUp({ ...failed(REFUSED), recorded });
      expect((await calls.diagnosis())?.detail).toEqual(error);
    }
  });

  test('does not offer to connect while a reconnect is scheduled', async () => {
    const reset: ErrorDetail = { code: 'tcp.reset', message: 'Broken off.', phase: 'open' };
    const ids = async (state: SessionSummary['state']): Promise<string[]> => {
      const given = failed(reset);
      const { calls } = setUp({ ...given, state: { ...given.state, state } });
      return ((await calls.diagnosis())?.fixes ?? []).map(({ id }) => id);
    };
    expect((await ids('closed'))[0]).toBe('retry');
    expect(await ids('waiting')).toEqual((await ids('closed')).slice(1));
  });

  test('describes an unexpected end, with the messages of that connection', async () => {
    const close = { code: 1008, reason: 'token expired', clean: true };
    const { calls } = setUp({
      state: { state: 'closed', end: { code: 1008, reason: 'token expired' } },
      recorded: [
        ['text', 'of the connection before'],
        ['open', OPEN],
        ['close', close],
      ],
    });
    const diagnosis = await calls.diagnosis();
    expect(diagnosis).toMatchObject({ headline: 'The server refuses by its policy' });
    expect(diagnosis?.evidence.map(({ label }) => label)).toEqual(['Code', 'Reason', 'Closed by']);
    expect(diagnosis).not.toHaveProperty('detail');
  });

  test.each<[NonNullable<Given['recorded']>]>([[[]], [[['close', { code: 1000, reason: 'older' }]]]])(
    'describes an end from the session if the recording has none: %j',
    async (recorded) => {
      const { calls } = setUp({
        state: { state: 'closed', end: { code: 1011, reason: 'out of memory' } },
        recorded,
      });
      expect((await calls.diagnosis())?.evidence).toContainEqual({ label: 'Reason', value: 'out of memory' });
    },
  );

  test('has the time of the next attempt that the server allows', async () => {
    const busy: ErrorDetail = {
      code: 'handshake.status',
      message: 'Busy.',
      status: 503,
      headers: [['Retry-After', '30']],
    };
    const given = failed(busy);
    const { calls } = setUp({ ...given, state: { ...given.state, startedAt: 1_000_000 } });
    // The row of the failure has the time 2 s.
    expect((await calls.diagnosis())?.retryAt).toBe(1_000_000 + 2_000 + 30_000);
  });

  test('is missing without a failure', async () => {
    expect(await setUp({ recorded: [['error', REFUSED]] }).calls.diagnosis()).toBeUndefined();
  });
});

describe('a fix', () => {
  test('changes how to connect, and connects', async () => {
    const { calls, session, done } = setUp(failed(REFUSED));
    await calls.applyFix('offer');
    expect(session.reconfigure).toHaveBeenCalledWith({ subprotocols: ['v2.json'] });
    expect(done).toEqual(['reconfigure', 'connect']);
  });

  test('cancels a scheduled reconnect first', async () => {
    const { calls, done } = setUp({
      ...failed(REFUSED),
      state: { ...failed(REFUSED).state, state: 'waiting' },
    });
    await calls.applyFix('offer');
    expect(done).toEqual(['disconnect', 'reconfigure', 'connect']);
  });

  test('does nothing if the user declines', async () => {
    const untrusted: ErrorDetail = { code: 'tls.untrusted', message: 'Not trusted.', phase: 'tls' };
    const { calls, ports, done } = setUp(failed(untrusted));
    ports.agrees.mockResolvedValueOnce(false);
    await calls.applyFix('insecure');
    expect(ports.agrees).toHaveBeenCalledWith(
      expect.objectContaining({ id: 'insecure', change: { insecure: true } }),
    );
    expect(done).toEqual([]);
  });

  test('changes the options by the answer of the user, or nothing without one', async () => {
    const refused: ErrorDetail = { code: 'handshake.status', message: '401', status: 401 };
    const { calls, ports, session, done } = setUp(failed(refused));
    await calls.applyFix('enterAuthorization');
    expect(ports.act).toHaveBeenCalledWith('enterAuthorization');
    expect(done).toEqual([]);
    ports.act.mockResolvedValueOnce({ headers: [['Authorization', 'Bearer other']] });
    await calls.applyFix('enterAuthorization');
    expect(session.reconfigure).toHaveBeenCalledWith({ headers: [['Authorization', 'Bearer other']] });
    expect(done).toEqual(['reconfigure', 'connect']);
  });

  test('is refused if it was not offered', async () => {
    const { calls, done } = setUp(failed(REFUSED));
    for (const id of ['insecure', '', undefined, 'toString'] as string[])
      await expect(calls.applyFix(id)).rejects.toMatchObject({ code: 'call.invalid' });
    await expect(setUp().calls.applyFix('offer')).rejects.toMatchObject({ code: 'call.invalid' });
    expect(done).toEqual([]);
  });
});

test('applies edited options, reports them and connects, in this order', async () => {
  const { calls, ports, done, session } = setUp({ state: { state: 'open', url: 'wss://host.test/' } });
  const edited = { ...(await calls.editableConnection()), url: 'wss://other.test/' };
  expect(await calls.reconnectWith(edited)).toBe(true);
  expect(done).toEqual(['disconnect', 'reconfigure', 'edited', 'connect']);
  expect(ports.edited).toHaveBeenCalledWith('wss://host.test/');
  expect(session.reconfigure.mock.lastCall?.[0]).toMatchObject({ url: 'wss://other.test/' });
  ports.agrees.mockResolvedValueOnce(false);
  expect(await calls.reconnectWith(edited)).toBe(false);
  expect(done).toHaveLength(4);
});

test('offers the path of a named protocol for a URL without one, and never adds it', async () => {
  const path = '/socket.io/?EIO=4&transport=websocket';
  const { calls, session } = setUp({ options: { url: 'ws://h.test', protocol: 'socket.io' } });
  expect(await calls.usualPath('ws://h.test')).toBe(path);
  expect(await calls.usualPath(' wss://{{host}}/ ')).toBe(path);
  expect(await calls.usualPath('wss://{{host}}/chat')).toBeUndefined();
  expect(await calls.usualPath('wss://{{none}}')).toBeUndefined();
  expect(await calls.usualPath(7 as never)).toBeUndefined();
  expect(session.reconfigure).not.toHaveBeenCalled();
  expect(await setUp().calls.usualPath('ws://h.test')).toBeUndefined();
});

describe('variables in edited options', () => {
  test('get their values when it connects, and secret ones are masked from then on', async () => {
    const { calls, session } = setUp();
    const edited = {
      ...(await calls.editableConnection()),
      url: 'wss://{{host}}/feed',
      headers: [['X-Key', '{{key}}']] as const,
    };
    expect(await calls.connectionProblem(edited)).toBeUndefined();
    await calls.reconnectWith(edited);
    expect(session.reconfigure.mock.lastCall?.[0]).toMatchObject({
      url: 'wss://host.test/feed',
      headers: [['X-Key', 'canary-key']],
      secrets: ['canary-key'],
    });
  });

  test('are shown with their values, secrets masked', async () => {
    const { calls } = setUp();
    expect(await calls.filledTexts(['wss://{{host}}/', '{{key}}', '{{none}}'])).toEqual([
      'wss://host.test/',
      '••••',
      undefined,
    ]);
    await expect(calls.filledTexts('x' as never)).rejects.toMatchObject({ code: 'call.invalid' });
  });

  test('are a problem that names them if they have no value', async () => {
    const { calls } = setUp();
    const edited = { ...(await calls.editableConnection()), url: 'wss://{{none}}/' };
    expect(await calls.connectionProblem(edited)).toBe('{{none}} has no value.');
    await expect(calls.reconnectWith(edited)).rejects.toMatchObject({ code: 'call.invalid' });
  });
});

describe('frame details', () => {
  test('are recorded after reconnecting', async () => {
    const { calls, session, done } = setUp({ state: { state: 'open' } });
    await calls.keepFrames();
    expect(session.reconfigure).toHaveBeenCalledWith({ frames: true });
    expect(done).toEqual(['disconnect', 'reconfigure', 'connect']);
  });
});

describe('the menu', () => {
  test('runs known commands only', async () => {
    const { calls, ports } = setUp();
    await calls.run('rename');
    expect(ports.run).toHaveBeenCalledWith('rename');
    await expect(calls.run('workbench.action.quit' as never)).rejects.toMatchObject({ code: 'call.invalid' });
    expect(ports.run).toHaveBeenCalledOnce();
  });
});
