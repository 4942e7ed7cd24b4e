import { afterEach, describe, expect, it } from 'vitest';
import { FLAG } from '../../../src/shared/timeline.ts';
import {
  chatServer,
  type ChatServer,
  ioClient,
  msgpackParser,
  type Version,
} from './support/socketioServers.ts';
import { talk } from './support/talk.ts';
import { payloadOf, until } from './support/waiting.ts';

const servers: ChatServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(version: Version, options?: Record<string, unknown>): Promise<ChatServer> {
  const server = await chatServer(version, options);
  servers.push(server);
  return server;
}

const wire = (server: ChatServer, version: Version): string =>
  `${server.url.replace('http', 'ws')}/socket.io/?EIO=${version === 2 ? 3 : 4}&transport=websocket`;

/** The events that the server sees from the client of that version. */
async function clientSays(
  server: ChatServer,
  version: Version,
  options: Record<string, unknown> = {},
): Promise<unknown[]> {
  const socket = ioClient(version)(server.url, { transports: ['websocket'], forceNew: true, ...options });
  try {
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    socket.emit('nothing');
    socket.emit('say', 'hi', { n: 1.5, list: [1, 'two', null] });
    socket.emit('say', { bytes: Buffer.from([1, 2, 255]) }, Buffer.from([9]));
    await new Promise<void>((resolve) => socket.emit('add', 2, 3, () => resolve()));
    socket.on('question', (_: string, answer: (...args: unknown[]) => void) => answer('yes', 7));
    socket.emit('ask-me');
    await until(() => server.seen.some((each) => (each as unknown[])[1] === 'answer'));
    return server.seen.splice(0);
  } finally {
    socket.close();
  }
}

/** The events of the namespace `/admin` that the server sees from the client of that version. */
async function adminSays(
  server: ChatServer,
  version: Version,
  token: string,
  options: Record<string, unknown>,
): Promise<unknown[]> {
  const url = `${server.url}/admin${version === 2 ? `?token=${token}` : ''}`;
  const auth = { token, roles: ['a', { n: 1.5 }] };
  const socket = ioClient(version)(url, { transports: ['websocket'], forceNew: true, auth, ...options });
  try {
    const isRefused = await new Promise<boolean>((resolve) => {
      socket.on('connect', () => resolve(false));
      socket.on(version === 2 ? 'error' : 'connect_error', () => resolve(true));
    });
    if (!isRefused) {
      socket.emit('nothing');
      socket.emit('say', 'hi', Buffer.from([1, 2, 255]));
      await new Promise<void>((resolve) => socket.emit('add', 2, 3, () => resolve()));
      socket.on('question', (_: string, answer: (...args: unknown[]) => void) => answer({ ok: true }));
      socket.emit('ask-me');
      await until(() => server.seen.some((each) => (each as unknown[])[1] === 'answer'));
      socket.disconnect();
      await until(() => server.seen.some((each) => (each as unknown[])[1] === 'disconnect'));
    }
    return server.seen.splice(0);
  } finally {
    socket.close();
  }
}

describe.each([
  [2, 'default'],
  [3, 'default'],
  [4, 'default'],
  [3, 'msgpack'],
  [4, 'msgpack'],
] as const)('a socket.io %i server with the %s parser', (version, parser) => {
  const options = parser === 'msgpack' ? { parser: msgpackParser } : {};
  const protocol = parser === 'msgpack' ? 'socket.io-msgpack' : 'socket.io';

  it('sees of Duplex what it sees of its own client', async () => {
    const server = await start(version, options);
    const expected = await clientSays(server, version, options);
    expect(expected).toHaveLength(5);

    const duplex = await talk({ url: wire(server, version), protocol });
    await duplex.say('emit', { arguments: ['nothing'] });
    await duplex.say('emit', { arguments: ['say'], body: '["hi", {"n": 1.5, "list": [1, "two", null]}]' });
    const said = await duplex.hear(({ name }) => name === 'said');
    expect(payloadOf(said)).toEqual(['hi', { n: 1.5, list: [1, 'two', null] }]);
    await duplex.say('emit', {
      arguments: ['say'],
      body: '[{"bytes": {"$base64": "AQL/"}}, {"$base64": "CQ=="}]',
    });
    const bytes = await duplex.hear(({ name }) => name === 'said');
    expect(payloadOf(bytes)).toEqual([{ bytes: { $base64: 'AQL/' } }, { $base64: 'CQ==' }]);
    const asked = await duplex.say('emit', { arguments: ['add'], body: '[2, 3]', beside: ['ack'] });
    const sum = await duplex.hear(({ replyTo }) => replyTo === asked);
    expect(payloadOf(sum)).toEqual([5, 'done']);
    await duplex.say('emit', { arguments: ['ask-me'] });
    const question = await duplex.hear(({ name }) => name === 'question');
    expect(question.type).toBe('call');
    await duplex.say('ack', { taken: duplex.taken(question), body: '["yes", 7]' });
    await until(() => server.seen.length === expected.length);
    expect(server.seen).toEqual(expected);
    expect(duplex.problems).toEqual([]);
  });

  it('sees of Duplex the auth payload, the events and the end in a namespace that it sees of its own client', async () => {
    const server = await start(version, options);
    const expected = await adminSays(server, version, 'secret', options);
    expect(expected.map((each) => (each as unknown[])[1])).toEqual([
      ...['auth', 'nothing', 'say', 'add', 'answer', 'disconnect'],
    ]);
    const duplex = await talk({ url: wire(server, version), protocol }, version === 2);
    const asks = (token: string) =>
      version === 2
        ? { arguments: [`/admin?token=${token}`] }
        : { arguments: ['/admin'], body: `{"token": "${token}", "roles": ["a", {"n": 1.5}]}` };
    await duplex.say('connect', asks('secret'));
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    await duplex.say('emit', { arguments: ['nothing'] });
    await duplex.say('emit', { arguments: ['say'], body: '["hi", {"$base64": "AQL/"}]' });
    await duplex.say('emit', { arguments: ['add'], body: '[2, 3]', beside: ['ack'] });
    const sum = await duplex.hear(({ type, stream }) => type === 'reply' && stream === '"/admin"');
    expect(payloadOf(sum)).toEqual([5, 'done']);
    await duplex.say('emit', { arguments: ['ask-me'] });
    const question = await duplex.hear(({ name }) => name === 'question');
    await duplex.say('ack', { taken: duplex.taken(question), body: '[{"ok": true}]' });
    await until(() => server.seen.length === expected.length - 1);
    await duplex.say('disconnect');
    await until(() => server.seen.length === expected.length);
    expect(server.seen.splice(0)).toEqual(expected);

    const refused = await adminSays(server, version, 'wrong', options);
    const other = await talk({ url: wire(server, version), protocol }, version === 2);
    await other.say('connect', asks('wrong'));
    expect(await other.session.conduct.opening()).toMatchObject({ state: 'refused' });
    expect(server.seen).toEqual(refused);
    expect([...duplex.problems, ...other.problems]).toEqual([]);
  });

  it('keeps the connection beyond its ping time-out, with heartbeats that are flagged', async () => {
    const server = await start(version, { ...options, pingInterval: 1000, pingTimeout: 300 });
    const duplex = await talk({ url: wire(server, version), protocol });
    await until(() => duplex.units.filter(({ heartbeat }) => heartbeat).length >= 6, 10_000);
    expect(duplex.session.state).toBe('open');
    await duplex.session.flush();
    const rows = await duplex.session.readRows(0, 1000);
    const ours = rows.filter(({ direction, kind }) => direction === 'out' && kind !== 'close');
    expect(ours.length).toBeGreaterThanOrEqual(3);
    expect(ours.every(({ flags }) => (flags & FLAG.automatic) !== 0)).toBe(true);
    await duplex.say('emit', { arguments: ['nothing'] });
    await until(() => server.seen.length === 1);
    await duplex.session.flush();
    const last = (await duplex.session.readRows(0, 1000))
      .filter(({ direction }) => direction === 'out')
      .at(-1);
    expect((last?.flags ?? 0) & FLAG.automatic).toBe(0);
  });
});

describe.each([3, 4] as const)('namespaces of socket.io %i', (version) => {
  it('are connected with an auth payload', async () => {
    const server = await start(version);
    const duplex = await talk({ url: wire(server, version), protocol: 'socket.io' }, false);
    await duplex.say('connect', { arguments: ['/admin'], body: '{"token": "secret"}' });
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    await duplex.say('emit', { arguments: ['say'], body: '"hi"' });
    const said = await duplex.hear(({ name }) => name === 'said');
    expect(said.summary).toBe('/admin said ["hi"]');
    expect(server.seen).toEqual([
      ['/admin', 'auth', [{ token: 'secret' }]],
      ['/admin', 'say', ['hi']],
    ]);
    await duplex.say('emit', { arguments: ['bye'] });
    const bye = await duplex.hear(({ name }) => name === 'DISCONNECT');
    expect(bye).toMatchObject({
      type: 'control',
      stream: '"/admin"',
      summary: '/admin DISCONNECT (io server disconnect)',
    });
  });

  it('say why they refuse', async () => {
    const server = await start(version);
    const duplex = await talk({ url: wire(server, version), protocol: 'socket.io' }, false);
    await duplex.say('connect', { arguments: ['/admin'], body: '{"token": "wrong"}' });
    expect(await duplex.session.conduct.opening()).toEqual({
      state: 'refused',
      reason: 'The server refused the namespace /admin: Not authorized.',
    });
    const refusal = await duplex.hear(({ type }) => type === 'error');
    expect(refusal.error).toBe('Not authorized');
  });
});

describe('namespaces of socket.io 2', () => {
  it('are connected with a query, and refuse with a text', async () => {
    const server = await start(2);
    const duplex = await talk({ url: wire(server, 2), protocol: 'socket.io' });
    await duplex.say('connect', { arguments: ['/admin?token=secret'] });
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    const other = await talk({ url: wire(server, 2), protocol: 'socket.io' });
    await other.say('connect', { arguments: ['/admin'] });
    expect(await other.session.conduct.opening()).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('Not authorized'),
    });
  });
});

describe('a protocol that is only recognised', () => {
  it('decodes, and sends nothing automatically', async () => {
    const server = await start(4);
    const duplex = await talk({ url: wire(server, 4) });
    await until(() => duplex.units.some(({ name }) => name === 'ping'), 5_000);
    expect(duplex.units.every(({ from }) => from === 'server')).toBe(true);
    expect(duplex.session.summary.out.messages).toBe(0);
    const silent = await talk({ url: wire(server, 4), protocol: 'none' });
    expect(silent.units).toEqual([]);
  });
});
