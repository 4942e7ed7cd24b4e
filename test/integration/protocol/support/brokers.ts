import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Message brokers as Debian packages them. Tests are skipped where they are missing, and their names say why.

/** The end of the name of tests that need a program. */
export const unless = (isThere: boolean, program: string): string =>
  isThere ? '' : ` (skipped: this machine has no ${program})`;

/** A broker that was started for a test file. */
export interface Broker {
  readonly stompUrl: string;
  readonly mqttUrl: string;
  close(): Promise<void>;
}

export const RABBITMQ = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export const hasRabbitmq =
  existsSync(RABBITMQ) && spawnSync('epmd', ['-help'], { timeout: 5000 }).error === undefined;

/** RabbitMQ with its plugins for STOMP and MQTT over WebSocket. It takes some twenty seconds. */
export async function rabbitmq(): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), 'duplex-rabbitmq-'));
  const [stomp, mqtt, epmd, node] = [await freePort(), await freePort(), await freePort(), await freePort()];
  await mkdir(join(folder, 'home'));
  await writeFile(join(folder, 'plugins'), '[rabbitmq_web_stomp,rabbitmq_web_mqtt].\n');
  const settings = [
    'listeners.tcp = none',
    'stomp.listeners.tcp = none',
    'mqtt.listeners.tcp = none',
    'web_stomp.tcp.ip = 127.0.0.1',
    `web_stomp.tcp.port = ${stomp}`,
    'web_mqtt.tcp.ip = 127.0.0.1',
    `web_mqtt.tcp.port = ${mqtt}`,
  ];
  await writeFile(join(folder, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
  const environment = {
    ...process.env,
    HOME: join(folder, 'home'),
    RABBITMQ_NODENAME: `duplex-${process.pid}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'db'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_DIST_PORT: String(node),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // A name server of its own: that of the machine may serve other nodes.
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
  // A group of its own: the script starts the virtual machine as its child.
  const server = spawn(RABBITMQ, { env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(server, 'exit');
  const close = async (): Promise<void> => {
    if (server.exitCode === null) process.kill(-server.pid!, 'SIGKILL');
    await ended;
    // It refuses to end before it has noticed that the node is gone; without it, -names fails.
    for (let tries = 0; tries < 100; tries++) {
      spawnSync('epmd', ['-kill'], { env: environment, timeout: 10_000 });
      if (spawnSync('epmd', ['-names'], { env: environment, timeout: 10_000 }).status !== 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  let output = '';
  const started = new Promise<void>((resolve, reject) => {
    const hear = (part: Buffer): void => {
      output += String(part);
      if (output.includes('completed with')) resolve();
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    void ended.then(() => reject(new Error(`RabbitMQ did not start:\n${output}`)));
  });
  try {
    await started;
  } catch (error) {
    await close();
    throw error;
  }
  return { stompUrl: `ws://127.0.0.1:${stomp}/ws`, mqttUrl: `ws://127.0.0.1:${mqtt}/ws`, close };
}

export const MOSQUITTO = '/usr/sbin/mosquitto';

export const hasMosquitto = existsSync(MOSQUITTO);

/** Mosquitto with a listener for WebSocket: without users, or with one. */
export async function mosquitto(user?: {
  readonly name: string;
  readonly password: string;
}): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'duplex-mosquitto-'));
  // Started by root, it gives its rights up, and reads its files then.
  await chmod(folder, 0o755);
  const port = await freePort();
  const sockets = join(folder, 'sockets');
  await mkdir(sockets);
  await chmod(sockets, 0o777);
  const users = join(folder, 'users');
  if (user) {
    await writeFile(users, `${user.name}:${user.password}\n`, { mode: 0o644 });
    spawnSync('mosquitto_passwd', ['-U', users], { timeout: 10_000 });
    await chmod(users, 0o644);
  }
  const settings = [
    `listener ${port} 127.0.0.1`,
    'protocol websockets',
    // Mosquitto 2.0.11 does not start without a listener that is none for WebSocket.
    `listener 0 ${join(sockets, 'mosquitto')}`,
    user ? `allow_anonymous false\npassword_file ${users}` : 'allow_anonymous true',
  ];
  await writeFile(join(folder, 'mosquitto.conf'), `${settings.join('\n')}\n`);
  const server = spawn(MOSQUITTO, ['-c', join(folder, 'mosquitto.conf')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(server, 'exit');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (part: Buffer): void => {
      output += String(part);
      if (/mosquitto version \S+ running/.test(output)) resolve();
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    void ended.then(() => reject(new Error(`Mosquitto did not start:\n${output}`)));
  });
  return {
    url: `ws://127.0.0.1:${port}/mqtt`,
    async close() {
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
