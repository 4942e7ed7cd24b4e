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

  it('says which protocol it may have meant, and does not connect', async () => {
    const { engine } = await testEngine();
    const [result] = await runText(engine, '# @protocol socketio\nWEBSOCKET ws://127.0.0.1:1\n\nhi\n');
    expect(JSON.stringify(result)).toContain('did you mean socket.io?');
    expect(engine.sessions).toEqual([]);
  });
});
