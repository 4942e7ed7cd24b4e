import { afterEach, describe, expect, it } from 'vitest';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { type ChatServer, chatServer } from './support/socketioServers.ts';

const servers: ChatServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function wire(version: 2 | 4): Promise<string> {
  const server = await chatServer(version);
  servers.push(server);
  return `${server.url.replace('http', 'ws')}/socket.io/?EIO=${version === 2 ? 3 : 4}&transport=websocket`;
}

describe('a request that names a protocol', () => {
  it.each([2, 4] as const)(
    'sends its first step when a socket.io %i server has accepted it',
    async (version) => {
      const { engine } = await testEngine();
      const [result] = await runText(
        engine,
        `# @protocol socket.io
WEBSOCKET ${await wire(version)}

42["say",{"n":1}]
=== wait-for-server
# @where text startsWith "42"
# @within 2s
# @expect text == "42[\\"said\\",{\\"n\\":1}]"
`,
      );
      expect(result).toMatchObject({ status: 'passed' });
    },
  );

  it('emits, and waits for the acknowledgement', async () => {
    const { engine } = await testEngine();
    const [result] = await runText(
      engine,
      `# @protocol socket.io
WEBSOCKET ${await wire(4)}

# @emit say
["hi", {"n": 1.0}]
=== wait-for-server
# @where event == "said"
# @within 2s
# @expect type == "event"
# @expect payload[0] == "hi"
# @capture n = payload[1].n
===
# @emit add
# @ack
[2, {{n}}]
=== wait-for-server
# @reply
# @within 2s
# @expect payload == [3, "done"]
# @expect latency < 2s
`,
    );
    expect(result).toMatchObject({ status: 'passed' });
    expect(servers[0]!.seen).toEqual([
      ['/', 'say', ['hi', { n: 1 }]],
      ['/', 'add', [2, 1]],
    ]);
  });

  it('acknowledges the event that its step took', async () => {
    const { engine } = await testEngine();
    const [result] = await runText(
      engine,
      `# @protocol socket.io
WEBSOCKET ${await wire(4)}

# @emit ask-me
=== wait-for-server
# @where name == "question"
# @within 2s
# @ack
["yes", 7]
===
# @emit say
["over"]
=== wait-for-server
# @where name == "said"
# @within 2s
`,
    );
    expect(result).toMatchObject({ status: 'passed' });
    expect(servers[0]!.seen).toContainEqual(['/', 'answer', ['yes', 7]]);
  });

  it.each([
    ['secret', 'passed'],
    ['wrong', 'failed'],
  ])('opens a namespace with the token %s: %s', async (token, status) => {
    const { engine } = await testEngine();
    const [result] = await runText(
      engine,
      `# @protocol socket.io
WEBSOCKET ${await wire(4)}

# @connect /admin
{"token": "${token}"}
===
# @emit say
["in"]
=== wait-for-server
# @where name == "said"
# @within 2s
`,
    );
    expect(result).toMatchObject({ status });
    // The end of the namespace may come after the run.
    const seen = servers[0]!.seen.filter((each) => !JSON.stringify(each).includes('"disconnect"'));
    const opening = ['/admin', 'auth', [{ token }]];
    expect(seen).toEqual(status === 'passed' ? [opening, ['/admin', 'say', ['in']]] : [opening]);
    if (status === 'failed') expect(JSON.stringify(result)).toContain('Not authorized');
  });

  it.each([
    ['# @call add\n[1, 2]', '@call is a verb of'],
    ['# @emit\n["x"]', 'event'],
    ['# @emit say\n["x"', 'JSON'],
    ['=== wait-for-server\n# @reply', 'no step before it makes one'],
  ])('does not connect for %j', async (step, message) => {
    const { engine } = await testEngine();
    const [result] = await runText(engine, `# @protocol socket.io\nWEBSOCKET ws://127.0.0.1:1\n\n${step}\n`);
    expect(result!.status).not.toBe('passed');
    expect(JSON.stringify(result)).toContain(message);
    expect(engine.sessions).toEqual([]);
  });

  it('says which protocol it may have meant, and does not connect', async () => {
    const { engine } = await testEngine();
    const [result] = await runText(engine, '# @protocol socketio\nWEBSOCKET ws://127.0.0.1:1\n\nhi\n');
    expect(JSON.stringify(result)).toContain('did you mean socket.io?');
    expect(engine.sessions).toEqual([]);
  });
});
