import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { httpProxy } from '../../support/proxies.ts';
import { rawServer, switching } from '../../support/rawServer.ts';
import { workersFolder } from '../../support/engine.ts';

const onError = (error: Error): void => {
  throw error;
};

describe('a session', () => {
  it('sends the cookies of its first connection with the second', async () => {
    const cookies: (string | undefined)[] = [];
    const { url } = await rawServer((socket, request) => {
      cookies.push(/^Cookie: (.*)$/im.exec(request)?.[1]?.trim());
      socket.write(switching(request, 'Set-Cookie: sid=1; HttpOnly'));
    });
    const engine = new Engine({ workersFolder, onError });
    const session = engine.create({ url, closeTimeout: 50 });
    for (let i = 0; i < 2; i++) {
      await session.connect();
      await session.disconnect();
    }
    const other = engine.create({ url, closeTimeout: 50 });
    await other.connect();
    await engine.dispose();
    expect(cookies).toEqual([undefined, 'sid=1', undefined]);
  });

  it('goes through the proxy that the environment variables name, and shows it without credentials', async () => {
    const { url } = await rawServer((socket, request) => socket.write(switching(request)));
    const proxy = await httpProxy('me:canary');
    const resolveProxy = (): Promise<string> => Promise.resolve(`http://me:canary@${proxy.host}`);
    const engine = new Engine({ workersFolder, onError, resolveProxy });
    const session = engine.create({ url });
    await session.connect();
    expect(session.summary.proxy).toBe(`http://${proxy.host}`);
    expect(JSON.stringify(session.summary)).not.toContain('canary');
    await engine.dispose();
  });
});
