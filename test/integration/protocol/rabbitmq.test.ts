import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { type Broker, hasRabbitmq, RABBITMQ, rabbitmq, unless } from './support/brokers.ts';
import { exampleText } from './support/exampleText.ts';
import { talk } from './support/talk.ts';

// RabbitMQ as Debian packages it, with its plugins for STOMP and MQTT over WebSocket. It takes its time to start: once for all.

describe.skipIf(!hasRabbitmq)(`RabbitMQ${unless(hasRabbitmq, `${RABBITMQ} and epmd`)}`, () => {
  let server: Broker;
  beforeAll(async () => {
    server = await rabbitmq();
  }, 300_000);
  afterAll(() => server.close(), 60_000);

  it('runs the example of STOMP: receipts, subscriptions, acknowledgements', async () => {
    const { engine } = await testEngine();
    const source = exampleText('stomp-chat.ws', { 'localhost:15674': new URL(server.stompUrl).host });
    // RabbitMQ takes the host for a virtual host: only / is there.
    const results = await runText(engine, source.replace('# @subscribe /topic/chat', OPEN));
    expect(results.map(({ status, failure }) => [status, failure])).toEqual([
      ['passed', undefined],
      ['passed', undefined],
    ]);
  });

  it('says why it refuses, and pairs an error with its frame', async () => {
    await expect(talk({ url: server.stompUrl, protocol: 'stomp' })).rejects.toThrow(
      /The server refused the STOMP session: Bad CONNECT: Virtual host .*\./,
    );
    const duplex = await talk({ url: server.stompUrl, protocol: 'stomp' }, false);
    await duplex.say('connect', {
      headers: [
        ['host', '/'],
        ['login', 'guest'],
        ['passcode', 'guest'],
      ],
    });
    expect(await duplex.session.conduct.opening()).toEqual({ state: 'accepted' });
    const asked = await duplex.say('send', { arguments: ['/queue/a'], body: 'x', beside: ['receipt'] });
    expect((await duplex.hear(({ type }) => type === 'reply')).replyTo).toBe(asked);
    await duplex.say('subscribe', { arguments: ['/queue/a'] });
    const message = await duplex.hear(({ name, type }) => name === '/queue/a' && type === 'event');
    expect(message.payload?.content).toBe('x');
    const bytes = Uint8Array.from([0, 1, 0]);
    await duplex.say('send', { arguments: ['/queue/a'], bytes });
    const raw = await duplex.hear(({ name, type }) => name === '/queue/a' && type === 'event');
    expect(raw.payload).toMatchObject({ form: 'text', content: '\0\u0001\0' });
    await duplex.say('send', { arguments: ['/nowhere/a'], body: 'x' });
    expect((await duplex.hear(({ type }) => type === 'error')).error).toMatch(/destination/i);
    expect(duplex.problems).toEqual([]);
  });

  it('runs the example of MQTT', async () => {
    const { engine } = await testEngine();
    const results = await runText(
      engine,
      exampleText('mqtt-sensor.ws', { 'localhost:9001/mqtt': server.mqttUrl.replace('ws://', '') }),
    );
    expect(results[0]).toMatchObject({ status: 'passed' });
    // It speaks MQTT 5 since version 3.13, and just closes before.
    expect(results[1]).toMatchObject({ status: 'failed' });
  });
});

const OPEN = `# @connect
# @header login: guest
# @header passcode: guest
# @header host: /
===
# @subscribe /topic/chat`;
