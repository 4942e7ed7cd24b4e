import type { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { FLAG } from '../../../src/shared/timeline.ts';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { hasMosquitto, mosquitto, MOSQUITTO, unless } from './support/brokers.ts';
import { exampleText } from './support/exampleText.ts';
import { mqttBrokers } from './support/mqttBrokers.ts';
import { talk } from './support/talk.ts';
import { payloadOf, until } from './support/waiting.ts';

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function aedes(options = {}): Promise<{ url: string; broker: Aedes }> {
  const brokers = await mqttBrokers(options);
  ends.push(() => brokers.end());
  return { url: brokers.url, broker: brokers.aedes };
}

describe('aedes', () => {
  it('talks with Duplex: subscriptions, all qualities of service, acknowledgements that are flagged', async () => {
    const { url, broker } = await aedes();
    const published: [string, string, number][] = [];
    broker.on('publish', ({ topic, payload, qos }, client) => {
      if (client) published.push([topic, String(payload), qos]);
    });
    const duplex = await talk({ url, protocol: 'mqtt' });
    expect(duplex.session.summary.protocol).toBe('mqtt');
    const asked = await duplex.say('subscribe', { arguments: ['a/#'], options: { qos: '2' } });
    expect((await duplex.hear(({ type }) => type === 'reply')).replyTo).toBe(asked);
    for (const qos of ['0', '1', '2']) {
      const call = await duplex.say('publish', {
        arguments: [`a/${qos}`],
        options: { qos },
        body: `{"qos": ${qos}}`,
      });
      const back = await duplex.hear(({ name }) => name === `a/${qos}`);
      expect(back).toMatchObject({ stream: '"a/#"', type: qos === '0' ? 'event' : 'call' });
      expect(payloadOf(back)).toEqual({ qos: Number(qos) });
      if (qos !== '0') await duplex.hear(({ type, replyTo }) => type === 'reply' && replyTo === call);
    }
    await until(() => published.length === 3);
    expect(published).toEqual(['0', '1', '2'].map((qos) => [`a/${qos}`, `{"qos": ${qos}}`, Number(qos)]));
    // PUBACK for the message with QoS 1; PUBREC and PUBCOMP for that with 2; PUBREL for our own.
    const own = () => duplex.units.filter(({ from }) => from === 'client').map(({ name }) => name);
    await until(() => own().includes('PUBCOMP'));
    expect(own().sort()).toEqual([
      'CONNECT',
      'PUBACK',
      'PUBCOMP',
      'PUBREC',
      'PUBREL',
      'a/#',
      'a/0',
      'a/1',
      'a/2',
    ]);
    await duplex.session.flush();
    const rows = await duplex.session.readRows(0, 1000);
    const automatic = rows.filter(
      ({ direction, flags }) => direction === 'out' && (flags & FLAG.automatic) !== 0,
    );
    expect(automatic).toHaveLength(5);
    expect(duplex.problems).toEqual([]);
  });

  it('fills the tree of topics, with counts and the last values of those asked for', async () => {
    const { url } = await aedes();
    const { engine } = await testEngine();
    const duplex = await talk({ url, protocol: 'mqtt' });
    await duplex.say('subscribe', { arguments: ['home/#'] });
    await duplex.hear(({ type }) => type === 'reply');
    const publish = async (topic: string, body: string, qos = '0'): Promise<void> => {
      await duplex.say('publish', { arguments: [topic], options: { qos }, body });
      await duplex.hear(({ name, payload }) => name === topic && payload?.content === body);
    };
    await publish('home/kitchen/temperature', '20.5');
    await publish('home/kitchen/temperature', '21', '1');
    await publish('home/hall', 'on\noff');
    await publish('home', '{"ok":   true}', '2');
    await duplex.say('publish', { arguments: ['other'], body: 'not heard' });
    await duplex.session.disconnect();
    const units = engine.units(duplex.session.folder!, { protocol: 'mqtt', pairs: undefined });
    await units.ready();
    const { nodes, ...page } = await units.topics({ closed: [], active: 'home/hall' }, 0, 100);
    expect(page).toEqual({ total: 5, active: 1, topics: 4, others: 0 });
    expect(nodes.map(({ path, level, messages, last }) => [path, level, messages, last?.value])).toEqual([
      ['home', 1, 8, '{"ok": true}'],
      ['home/hall', 2, 2, 'on off'],
      ['home/kitchen', 2, 4, undefined],
      ['home/kitchen/temperature', 3, 4, '21'],
      ['other', 1, 1, 'not heard'],
    ]);
    const { names, matches } = await units.topicsUnder('home/kitchen', 10);
    expect({ names, matches }).toEqual({ names: ['home/kitchen/temperature'], matches: 1 });
    const rows = [...(await units.rowsWith({ names }, 0, 100))];
    expect(rows).toHaveLength(4);
    expect(rows.at(-1)).toBe(nodes[3]!.last!.row);
    // An index that is read from the disk has the same tree.
    await units.dispose();
    const again = engine.units(duplex.session.folder!, { protocol: 'mqtt', pairs: undefined });
    await again.ready();
    expect((await again.topics({ closed: ['home'] }, 0, 100)).nodes.map(({ path }) => path)).toEqual([
      'home',
      'other',
    ]);
    expect((await again.topics({ closed: [] }, 3, 1)).nodes).toEqual([nodes[3]]);
  });

  it('gets the user and the password, and its reason to refuse is reported', async () => {
    const { url } = await aedes({
      authenticate: (
        _client: unknown,
        user: string | undefined,
        password: Buffer | undefined,
        done: (error: (Error & { returnCode: number }) | null, ok: boolean) => void,
      ) => {
        if (user === 'ann' && String(password) === 's3cret') return done(null, true);
        done(Object.assign(new Error('no'), { returnCode: 4 }), false);
      },
    });
    await expect(talk({ url, protocol: 'mqtt' })).rejects.toThrow(
      'The server refused the MQTT session: Bad user name or password.',
    );
    const duplex = await talk({ url, protocol: 'mqtt' }, false);
    await duplex.say('connect', { body: '{"username": "ann", "password": "s3cret"}' });
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    expect(JSON.stringify(duplex.units)).not.toContain('s3cret');
  });

  it('keeps the connection beyond its keep-alive, by pings that are heartbeats', async () => {
    const { url } = await aedes();
    const duplex = await talk({ url, protocol: 'mqtt' }, false);
    await duplex.say('connect', { body: '{"keepAlive": 1}' });
    const answers = () => duplex.units.filter(({ name, heartbeat }) => name === 'PINGRESP' && heartbeat);
    await until(() => answers().length >= 3, 15_000);
    expect(duplex.session.state).toBe('open');
  });

  it('publishes the will of who vanishes, and not of who says goodbye', async () => {
    const { url, broker } = await aedes();
    const wills: string[] = [];
    broker.on('publish', ({ topic }) => {
      if (topic.startsWith('gone/')) wills.push(topic);
    });
    const polite = await talk({ url, protocol: 'mqtt' }, false);
    await polite.say('connect', { body: '{"will": {"topic": "gone/polite"}}' });
    await polite.session.conduct.opening();
    await polite.session.disconnect();
    const rude = await talk({ url, protocol: 'mqtt' }, false);
    await rude.say('connect', { body: '{"will": {"topic": "gone/rude"}}' });
    await rude.session.conduct.opening();
    const [client] = Object.values(
      (broker as unknown as { clients: Record<string, { conn: { destroy(): void } }> }).clients,
    );
    client!.conn.destroy();
    await until(() => wills.length > 0);
    expect(wills).toEqual(['gone/rude']);
  });
});

describe('a broker of MQTT 5', () => {
  it('delivers with properties, reasons and topic aliases, and gets acknowledgements of both qualities', async () => {
    const brokers = await mqttBrokers();
    ends.push(() => brokers.end());
    const duplex = await talk({ url: brokers.url, protocol: 'mqtt' }, false);
    await duplex.say('connect', { options: { version: '5' }, headers: [['role', 'test']] });
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    const connack = await duplex.hear(({ name }) => name === 'CONNACK');
    expect(connack.headers).toEqual(
      expect.arrayContaining([
        ['receive-maximum', '20'],
        ['assigned-client-identifier', 'given'],
        ['server-keep-alive', '20'],
      ]),
    );
    const asked = await duplex.say('subscribe', { arguments: ['a/#'], options: { qos: '2' } });
    expect(await duplex.hear(({ replyTo }) => replyTo === asked)).toMatchObject({
      type: 'reply',
      summary: `SUBACK ${asked} Granted QoS 2`,
    });
    for (const qos of ['1', '2', '0']) {
      const call = await duplex.say('publish', {
        arguments: ['a/b'],
        options: { qos, 'content-type': 'application/json' },
        headers: [['unit', 'percent']],
        body: `{"qos":${qos}}`,
      });
      // From the second one on, an alias stands for the topic.
      const back = await duplex.hear(({ name, type }) => name === 'a/b' && type !== 'reply');
      expect(back).toMatchObject({ stream: '"a/#"', type: qos === '0' ? 'event' : 'call' });
      expect(payloadOf(back)).toEqual({ qos: Number(qos) });
      expect(Object.fromEntries(back.headers!)).toEqual({
        'content-type': 'application/json',
        'topic-alias': '1',
        unit: 'percent',
      });
      if (qos !== '0')
        expect(await duplex.hear(({ replyTo }) => replyTo === call)).toMatchObject({ type: 'reply' });
    }
    const told = (cmd: string) => brokers.packets.filter((packet) => packet.cmd === cmd).length;
    await until(() => told('pubcomp') === 1);
    expect([told('puback'), told('pubrec'), told('pubrel'), told('pubcomp')]).toEqual([1, 1, 1, 1]);
    const never = await duplex.say('unsubscribe', { arguments: ['never'] });
    expect(await duplex.hear(({ replyTo }) => replyTo === never)).toMatchObject({
      type: 'reply',
      summary: `UNSUBACK ${never} No subscription existed`,
    });
    expect(duplex.problems).toEqual([]);
  });

  it('refuses nothing that aedes would: each version reaches its broker', async () => {
    const brokers = await mqttBrokers();
    ends.push(() => brokers.end());
    for (const version of ['3.1', '3.1.1', '5']) {
      const duplex = await talk({ url: brokers.url, protocol: 'mqtt' }, false);
      await duplex.say('connect', { options: { version } });
      expect(await duplex.session.conduct.opening(), version).toEqual({ state: 'accepted' });
      await duplex.session.disconnect();
    }
    expect(brokers.packets.map(({ cmd }) => cmd)).toEqual(['connect', 'disconnect']);
  });
});

describe.skipIf(!hasMosquitto)(`Mosquitto${unless(hasMosquitto, MOSQUITTO)}`, () => {
  async function start(...options: Parameters<typeof mosquitto>): Promise<string> {
    const server = await mosquitto(...options);
    ends.push(() => server.close());
    return server.url;
  }

  it('runs the example, of both versions', async () => {
    const url = await start();
    const { engine } = await testEngine();
    const results = await runText(
      engine,
      exampleText('mqtt-sensor.ws', { 'localhost:9001/mqtt': url.replace('ws://', '') }),
    );
    expect(results.map(({ status, failure }) => [status, failure])).toEqual([
      ['passed', undefined],
      ['passed', undefined],
    ]);
  });

  it('gives reasons and properties of version 5', async () => {
    const url = await start({ name: 'ann', password: 's3cret' });
    const refused = await talk({ url, protocol: 'mqtt' }, false);
    await refused.say('connect', { options: { version: '5' } });
    expect(await refused.session.conduct.opening()).toEqual({
      state: 'refused',
      reason: 'The server refused the MQTT session: Not authorized.',
    });
    const duplex = await talk({ url, protocol: 'mqtt' }, false);
    await duplex.say('connect', {
      options: { version: '5' },
      body: '{"username": "ann", "password": "s3cret"}',
    });
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    expect(duplex.session.summary.protocol).toBe('mqtt');
    const [connack] = duplex.units.filter(({ name }) => name === 'CONNACK');
    expect(connack?.headers?.map(([name]) => name)).toContain('topic-alias-maximum');
    const asked = await duplex.say('publish', { arguments: ['nobody'], options: { qos: '1' }, body: 'x' });
    expect(await duplex.hear(({ replyTo }) => replyTo === asked)).toMatchObject({
      type: 'reply',
      summary: `PUBACK ${asked} No matching subscribers`,
    });
    const gone = await duplex.say('unsubscribe', { arguments: ['never'] });
    expect((await duplex.hear(({ replyTo }) => replyTo === gone)).type).toBe('reply');
    expect(duplex.problems).toEqual([]);
  });
});
