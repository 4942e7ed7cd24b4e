import { Subject } from '@microsoft/signalr';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heard, packageClient, testHub } from './support/hubTalk.ts';
import type { HubServer } from './support/signalrServer.ts';
import { talk } from './support/talk.ts';
import { payloadOf, until } from './support/waiting.ts';

// The messages between the client of @microsoft/signalr and a hub, decoded by Duplex and sent by Duplex.

async function connected(...given: Parameters<typeof packageClient>) {
  const client = await packageClient(...given);
  onTestFinished(() => client.stop());
  return client;
}

describe.each(['json', 'messagepack'])('the client of @microsoft/signalr with %s', (format) => {
  it('says what is decoded', async () => {
    const hub = await testHub();
    const client = await connected(hub, format, true);
    expect(await client.invoke('Add', 40, 2)).toBe(42);
    await expect(client.invoke('SingleResultFailure', 40, 2)).rejects.toThrow("It didn't work!");
    const items: number[] = [];
    await new Promise<void>((resolve) => {
      client.stream<number>('Stream', 3).subscribe({
        next: (value) => items.push(value),
        complete: () => resolve(),
        error: () => resolve(),
      });
    });
    expect(items).toEqual([0, 1, 2]);
    const upload = new Subject<number>();
    const sum = client.invoke('AddStream', upload);
    for (const value of [1, 2, 3]) upload.next(value);
    upload.complete();
    expect(await sum).toBe(6);
    const answered = new Promise((resolve) => client.on('answered', resolve));
    await client.invoke('AskClient', 'why');
    expect(await answered).toBe('answer to why');

    const told = heard(hub).filter(({ heartbeat }) => heartbeat === undefined);
    const units = told.map(({ from, type, name, id, replyTo, error }) => [
      from,
      type,
      name,
      id ?? replyTo,
      error,
    ]);
    expect(units.slice(0, 6)).toEqual([
      ['client', 'control', 'handshake', undefined, undefined],
      ['server', 'control', 'handshake', undefined, undefined],
      ['client', 'call', 'Add', '"0"', undefined],
      ['server', 'reply', 'Add', '"0"', undefined],
      ['client', 'call', 'SingleResultFailure', '"1"', undefined],
      ['server', 'error', 'SingleResultFailure', '"1"', "It didn't work!"],
    ]);
    expect(units.slice(6, 11)).toEqual([
      ['client', 'subscribe', 'Stream', '"2"', undefined],
      ...[0, 1, 2].map(() => ['server', 'event', 'Stream', undefined, undefined]),
      ['server', 'reply', 'Stream', '"2"', undefined],
    ]);
    expect(units.slice(11, 17)).toEqual([
      ['client', 'call', 'AddStream', expect.any(String), undefined],
      ...[1, 2, 3].map(() => ['client', 'event', 'AddStream', undefined, undefined]),
      ['client', 'unsubscribe', 'AddStream', undefined, undefined],
      ['server', 'reply', 'AddStream', expect.any(String), undefined],
    ]);
    expect(units.slice(17)).toEqual([
      ['client', 'call', 'AskClient', expect.any(String), undefined],
      ['server', 'call', 'getAnswer', '"s-1"', undefined],
      ['server', 'reply', 'AskClient', expect.any(String), undefined],
      ['client', 'reply', 'getAnswer', '"s-1"', undefined],
      ['server', 'event', 'answered', undefined, undefined],
    ]);
  });
});

describe.each(['json', 'messagepack'])(
  'what the client of @microsoft/signalr does by itself with %s',
  (format) => {
    /** Each kind of message that a side has sent so far. */
    const kinds = (hub: HubServer, from: 'client' | 'server') =>
      new Set(heard(hub).flatMap((unit) => (unit.from === from ? [unit.name] : [])));

    it('is decoded: pings, the cancellation of a stream, and its completion', async () => {
      const hub = await testHub();
      const client = await connected(hub, format, true);
      await until(() => kinds(hub, 'client').has('ping'), 20_000);
      await new Promise<void>((resolve) => {
        const stream = client.stream<number>('Stream', 100_000).subscribe({
          next: (value) => {
            if (value !== 2) return;
            stream.dispose();
            resolve();
          },
          complete: () => undefined,
          error: () => undefined,
        });
      });
      await until(() => heard(hub).some(({ type }) => type === 'reply'), 20_000);
      const units = heard(hub).filter(({ name }) => name === 'Stream');
      const cancelled = units.findIndex(({ type }) => type === 'unsubscribe');
      expect(units[cancelled]).toMatchObject({
        from: 'client',
        stream: units[0]!.stream,
        summary: 'cancel Stream',
      });
      expect(units.at(-1)).toMatchObject({ from: 'server', type: 'reply', replyTo: units[0]!.id });
      expect(
        units
          .slice(1, cancelled)
          .map((unit) => payloadOf(unit))
          .slice(0, 3),
      ).toEqual([0, 1, 2]);
      expect(
        heard(hub)
          .filter(({ name }) => name === 'ping')
          .every(({ heartbeat }) => heartbeat),
      ).toBe(true);
    });

    it('is decoded: a Close that allows to reconnect, and the connection after it', async () => {
      const hub = await testHub();
      const client = await connected(hub, format, false, (builder) => builder.withAutomaticReconnect([0]));
      const again = new Promise((resolve) => client.onreconnected(resolve));
      await client.send('Leave');
      await again;
      expect(await client.invoke('Add', 1, 2)).toBe(3);
      const units = heard(hub).filter(({ heartbeat }) => heartbeat === undefined);
      expect(units.map(({ from, type, name }) => [from, type, name])).toEqual([
        ['client', 'control', 'handshake'],
        ['server', 'control', 'handshake'],
        ['client', 'event', 'Leave'],
        ['server', 'error', 'close'],
        ['client', 'control', 'handshake'],
        ['server', 'control', 'handshake'],
        ['client', 'call', 'Add'],
        ['server', 'reply', 'Add'],
      ]);
      expect(units[3]!.summary).toContain('the client may reconnect');
    });

    it('is decoded: Ack and Sequence of a stateful reconnect', async () => {
      const hub = await testHub('stateful');
      const client = await connected(hub, format, false, (builder) => builder.withStatefulReconnect());
      expect(await client.invoke('Add', 40, 2)).toBe(42);
      // It acknowledges what it received after a second.
      await until(() => kinds(hub, 'client').has('ack'), 20_000);
      hub.drop();
      await until(() => kinds(hub, 'client').has('sequence'), 20_000);
      expect(await client.invoke('Add', 1, 2)).toBe(3);
      const said = (from: string, name: string) =>
        heard(hub).flatMap((unit) => (unit.from === from && unit.name === name ? [unit.summary] : []));
      expect(said('client', 'ack')[0]).toBe('ack 1');
      expect(said('server', 'ack')[0]).toBe('ack 1');
      expect(said('server', 'sequence')).toEqual(['sequence 2']);
      // The first message that the server has not acknowledged: that which dropped the connection.
      expect(said('client', 'sequence')[0]).toMatch(/^sequence [23]$/);
      expect(hub.requests.filter(({ line }) => line.startsWith('GET')).map(({ line }) => line)).toEqual(
        [1, 2].map(() => expect.stringMatching(/^GET \/hub\?id=/) as string),
      );
      expect(client.state).toBe('Connected');
    });
  },
);

const PING_BYTES: Readonly<Record<string, number>> = { json: '{"type":6}\u001e'.length, messagepack: 3 };

describe.each(['json', 'messagepack'])('an upload of the client of @microsoft/signalr with %s', (format) => {
  /** The messages of a client after its handshake, without pings. */
  const uploaded = ({ messages }: HubServer) =>
    messages.filter(({ from, data }) => from === 'client' && data.length !== PING_BYTES[format]).slice(1);

  it('is what Duplex says with its verbs', async () => {
    const hub = await testHub();
    const client = await connected(hub, format, true);
    const answers: unknown[][] = [];
    const both = new Promise<void>((resolve) => {
      client.on('uploaded', (...given: unknown[]) => {
        answers.push(given);
        if (answers.length === 2) resolve();
      });
    });
    const [fine, broken] = [new Subject<unknown>(), new Subject<unknown>()];
    await client.send('Upload', fine, { to: 'all' }, broken);
    fine.next(1);
    broken.next({ text: 'ä' });
    fine.complete();
    broken.error(new Error('no more'));
    await both;
    expect(answers).toEqual([
      [[1], null],
      [[{ text: 'ä' }], 'no more'],
    ]);

    const own = await testHub();
    const duplex = await talk({ url: own.url, protocol: format === 'json' ? 'signalr' : 'signalr-msgpack' });
    await duplex.say('send', { arguments: ['Upload'], body: '{"to":"all"}', options: { streams: '0,1' } });
    await duplex.say('item', { arguments: ['0'], body: '1' });
    await duplex.say('item', { arguments: ['1'], body: '{"text":"ä"}' });
    await duplex.say('complete', { arguments: ['0'] });
    await duplex.say('complete-error', { arguments: ['1'], body: 'no more' });
    for (const answer of answers)
      expect(payloadOf(await duplex.hear(({ name }) => name === 'uploaded'))).toEqual(answer);

    // The members of a JSON object have another order there.
    const said = ({ data }: { data: Uint8Array }): unknown =>
      format === 'json'
        ? JSON.parse(Buffer.from(data).toString().replace('\u001e', ''))
        : Buffer.from(data).toString('hex');
    expect(uploaded(own)).toHaveLength(5);
    expect(uploaded(own).map(said)).toEqual(uploaded(hub).map(said));

    const units = heard(hub).filter(({ from, heartbeat }) => from === 'client' && heartbeat === undefined);
    expect(units.slice(1, 6).map(({ type, name, stream, error }) => [type, name, stream, error])).toEqual([
      ['event', 'Upload', undefined, undefined],
      ['event', 'Upload', '"0"', undefined],
      ['event', 'Upload', '"1"', undefined],
      ['unsubscribe', 'Upload', '"0"', undefined],
      ['unsubscribe', 'Upload', '"1"', 'no more'],
    ]);
    expect(duplex.problems).toEqual([]);
  });
});
