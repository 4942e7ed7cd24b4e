import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isThere, started } from '../../support/debianServer.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { scriptedServer } from '../../support/scriptedServer.ts';
import { duplex, endAll, jsonLines } from '../cliProcess.ts';

// Reverse proxies that others wrote, which end connections that are idle: nginx and haproxy.

const nginxConfiguration = (folder: string, port: number, target: string): string => `
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://${target};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_read_timeout 2s;
    }
  }
}
`;

const haproxyConfiguration = (port: number, target: string): string => `
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
  timeout tunnel 2s
frontend front
  bind 127.0.0.1:${port}
  default_backend back
backend back
  server one ${target}
`;

async function nginx(target: string): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(folder, 'nginx.conf');
  return started(isThere('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx', async (port) => {
    await mkdir(join(folder, 'logs'));
    await writeFile(file, nginxConfiguration(folder, port, target));
    return ['-p', folder, '-e', join(folder, 'error.log'), '-c', file];
  });
}

async function haproxy(target: string): Promise<string> {
  const file = join(await temporaryFolder(), 'haproxy.cfg');
  return started(isThere('/usr/sbin/haproxy') ? '/usr/sbin/haproxy' : 'haproxy', async (port) => {
    await writeFile(file, haproxyConfiguration(port, target));
    return ['-db', '-f', file];
  });
}

afterEach(endAll);

describe.each([
  ['nginx', nginx],
  ['haproxy', haproxy],
])('%s', (command, start) => {
  it.skipIf(!isThere(command))(
    'ends an idle connection: the error has the idle time, and says that a proxy may do so',
    async () => {
      const target = new URL(await scriptedServer((socket) => socket.send('hello'))).host;
      const proxy = await start(target);
      const { stdout, stderr, status } = await duplex(
        ['connect', `ws://${proxy}/`, '--json', '--wait', '30s'],
        'open',
      );
      const lines = jsonLines(stdout);
      expect(lines.some(({ kind, text }) => kind === 'text' && text === 'hello')).toBe(true);
      const said = `${stdout}${stderr}`;
      const [, idle] =
        /after ([\d.]+) s in which nothing was sent or received \(a proxy may end/.exec(said) ?? [];
      expect(Number(idle), said).toBeGreaterThan(1.5);
      expect(lines.at(-1)).toMatchObject({ kind: 'close', code: 1006 });
      expect(status).not.toBe(0);
    },
  );
});
