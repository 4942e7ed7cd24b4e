import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../../scripts/lib/browser.mjs';
import type { CodeTargetId } from '../../../src/core/codegen/targets.ts';
import { requestFolder, type RequestFolder } from '../requestFolder.ts';
import type { RecordingServer } from './recordingServer.ts';

// Runs generated programs with the clients that they are for.

const run = promisify(execFile);
const require = createRequire(import.meta.url);

export type Environment = Readonly<Record<string, string>>;

interface Runner {
  /** The programs that the machine needs. */
  readonly needs: string;
  readonly there: boolean;
  readonly file: string;
  /** Runs the program to its end. @throws if it fails */
  execute(workshop: Workshop, file: string, env: Environment): Promise<unknown>;
}

/** A folder with programs and what they import. */
export interface Workshop {
  readonly folder: RequestFolder;
  readonly server: RecordingServer;
  /** Made once for all programs of the folder. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openWorkshop(server: RecordingServer, files: Readonly<Record<string, string>>): Workshop {
  const folder = requestFolder(files);
  mkdirSync(join(folder.path, 'node_modules'));
  const ofWscat = createRequire(require.resolve('wscat/package.json'));
  for (const name of ['ws', 'socket.io-client', 'socks-proxy-agent'])
    symlinkSync(packageFolder(require, name), join(folder.path, 'node_modules', name));
  symlinkSync(
    packageFolder(ofWscat, 'https-proxy-agent'),
    join(folder.path, 'node_modules/https-proxy-agent'),
  );
  const made = new Map<string, Promise<unknown>>();
  const ends: (() => Promise<void>)[] = [];
  return {
    folder,
    server,
    once<T>(name: string, make: () => Promise<T>): Promise<T> {
      const before = made.get(name) ?? make();
      made.set(name, before);
      if (name === 'browser') ends.push(async () => ((await before) as Browser).close());
      return before as Promise<T>;
    },
    async close() {
      for (const end of new Set(ends)) await end();
      folder.remove();
    },
  };
}

function packageFolder(from: NodeJS.Require, name: string): string {
  const path = from.resolve(name);
  return path.slice(0, path.lastIndexOf(join('node_modules', name)) + join('node_modules', name).length);
}

export function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes a program with `duplex code`. @returns it, and the sentences of standard error about what it omits */
export async function writtenProgram(
  { folder }: Workshop,
  request: string,
  target: CodeTargetId,
  file: string,
): Promise<{ readonly program: string; readonly left: readonly string[] }> {
  const args = ['code', `${request}.ws`, '--target', target, '--output', file, '--force'];
  const { status, stdout, stderr } = await folder.duplex(args);
  if (status !== 0) throw new Error(stdout + stderr);
  return {
    program: folder.read(file),
    left: stderr.split('\n').flatMap((line) => (line === '' ? [] : [line.replace('duplex: Left out: ', '')])),
  };
}

function command(
  path: string,
  needs: string,
  there: boolean,
  file: string,
  before: readonly string[] = [],
): Runner {
  return {
    needs,
    there,
    file,
    execute: ({ folder }, name, env) =>
      run(path, [...before, name], {
        cwd: folder.path,
        timeout: 200_000,
        env: { ...process.env, ...env },
      }),
  };
}

const PYTHON = '/usr/bin/python3';
const GO_PATH = '/usr/share/gocode';
const WSCAT = dirname(require.resolve('wscat/package.json'));

const java: Runner = {
  ...command('java', 'a JDK', has('javac', '--version'), 'Main.java'),
  async execute(workshop, file, env) {
    const { folder } = workshop;
    await workshop.once('java', () => {
      const stub = join(import.meta.dirname, 'java');
      const sources = readdirSync(stub, { recursive: true, encoding: 'utf8' });
      return run('javac', [
        ...['-encoding', 'UTF-8', '-d', join(folder.path, 'java-stub')],
        ...sources.filter((each) => each.endsWith('.java')).map((each) => join(stub, each)),
      ]);
    });
    return command('java', '', true, file, ['-cp', 'java-stub']).execute(workshop, file, env);
  },
};

const go: Runner = {
  ...command('go', '', true, 'main.go', ['run']),
  needs: 'golang-nhooyr-websocket-dev',
  there: has('go', 'version') && has('ls', `${GO_PATH}/src/nhooyr.io/websocket`),
  execute(workshop, file, env) {
    const { folder } = workshop;
    // Debian has the package under its earlier name.
    folder.write(file, folder.read(file).replaceAll('github.com/coder/websocket', 'nhooyr.io/websocket'));
    const own = { GOPATH: GO_PATH, GO111MODULE: 'off', GOCACHE: join(folder.path, 'go-cache'), GOFLAGS: '' };
    return command('go', '', true, file, ['run']).execute(workshop, file, { ...env, ...own });
  },
};

const dotnet: Runner = {
  ...command('mono', 'mono-mcs', has('mcs', '--version'), 'Program.cs'),
  async execute(workshop, file, env) {
    const { folder } = workshop;
    const nodes = join(import.meta.dirname, 'dotnet/Nodes.cs');
    const library = folder.read(file).includes('System.Text.Json') ? [nodes] : [];
    await run('mcs', ['-langversion:latest', `-out:${file}.exe`, file, ...library], { cwd: folder.path });
    return command('mono', '', true, file).execute(workshop, `${file}.exe`, env);
  },
};

const browser: Runner = {
  ...command('', 'Chromium', true, 'client.js'),
  async execute(workshop, file, env) {
    const { folder, server } = workshop;
    const opened = await workshop.once('browser', launchBrowser);
    const page = await opened.newPage();
    try {
      // The program asks for secrets.
      page.on('dialog', (dialog) => void dialog.accept(env[dialog.message()]));
      const failed = new Promise<never>((_, reject) => page.once('pageerror', reject));
      failed.catch(() => undefined);
      const socket = page.waitForEvent('websocket');
      await page.goto(server.page(folder.read(file)));
      const connection = await Promise.race([socket, failed]);
      if (!connection.isClosed()) await Promise.race([connection.waitForEvent('close'), failed]);
    } finally {
      await page.close();
    }
  },
};

export const RUNNERS = {
  'node-ws': command(process.execPath, 'Node', true, 'client.mjs'),
  browser,
  'socket.io-client': command(process.execPath, 'Node', true, 'client.mjs'),
  'python-websocket-client': command(
    PYTHON,
    'python3-websocket',
    has(PYTHON, '-c', 'import websocket'),
    'client1.py',
  ),
  'python-websockets': command(
    PYTHON,
    'python3-websockets',
    has(PYTHON, '-c', 'import websockets'),
    'client2.py',
  ),
  'java-websocket': java,
  'go-websocket': go,
  dotnet,
  // curl stays connected until the test ends it.
  curl: {
    ...command('timeout', 'curl', has('curl', '--version'), 'curl.sh', ['2', 'sh']),
    execute: (workshop, file, env) =>
      command('timeout', '', true, file, ['2', 'sh'])
        .execute(workshop, file, env)
        .catch((error: { code?: unknown }) => {
          if (error.code !== 124) throw error;
        }),
  },
  wscat: {
    ...command('sh', 'wscat', true, 'wscat.sh'),
    execute(workshop, file, env) {
      workshop.folder.write('bin/wscat', `#!/bin/sh\nexec '${process.execPath}' '${WSCAT}/bin/wscat' "$@"\n`);
      const path = `${join(workshop.folder.path, 'bin')}:${process.env.PATH}`;
      execFileSync('chmod', ['+x', join(workshop.folder.path, 'bin/wscat')]);
      return command('sh', '', true, file).execute(workshop, file, { ...env, PATH: path });
    },
  },
  websocat: command('sh', 'websocat', has('websocat', '--version'), 'websocat.sh'),
} as const satisfies Readonly<Record<CodeTargetId, Runner>>;
