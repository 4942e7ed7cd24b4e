// @ts-check
// Starts the server of a VS Code from .vscode-test on a port of its own, with a data folder of its own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './setupError.mjs';
import { ensureNodeFor, ensureVscode } from './vscodes.mjs';
import { endTree, start, temporaryFolder } from './lifetime.mjs';

/** Calm surfaces: nothing in a test window or a screenshot that comes and goes by itself. */
const calmSettings = {
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'chat.agent.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'github.gitAuthentication': false,
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * @typedef {object} VscodeServer
 * @property {number} port on 127.0.0.1
 * @property {() => string} log what the server has printed so far
 * @property {() => Promise<void>} dispose ends it and all it started, removes its data folder
 */

/**
 * @param {object} options
 * @param {import('./vscodes.mjs').VscodeVersion} options.version
 * @param {Readonly<Record<string, unknown>>} [options.settings] on top of the calm ones
 * @param {boolean} [options.trust] false: windows open in Restricted Mode
 * @param {NodeJS.ProcessEnv} [options.env] on top of this process's, seen by the extension host
 * @param {number} [options.port] where it must be one that the user knows
 * @returns {Promise<VscodeServer>} once it answers
 */
export async function startVscodeServer({ version, settings = {}, trust = true, env = {}, port = 0 }) {
  const [server, node] = await Promise.all([ensureVscode(version), ensureNodeFor(version)]);
  const { folder: data, remove } = await temporaryFolder('duplex-vscode-');
  const json = JSON.stringify({ ...calmSettings, ...settings }, undefined, 2);
  for (const place of ['Machine', 'User']) {
    await mkdir(join(data, 'data', place), { recursive: true });
    await writeFile(join(data, 'data', place, 'settings.json'), json);
  }
  const child = start(
    node,
    [
      ...['--import', new URL('endWithParent.mjs', import.meta.url).href, join(server, 'out/server-main.js')],
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...['--accept-server-license-terms', '--server-data-dir', data, '--telemetry-level', 'off'],
      ...(trust ? ['--disable-workspace-trust'] : []),
      // Without it the entries extensionDevelopmentPath and extensionTestsPath of a window are ignored.
      '--enable-smoke-test-driver',
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, EXTENSIONS_GALLERY: '{}', ...env } },
  );
  const dispose = async () => {
    await endTree(child);
    await remove();
  };
  let log = '';
  try {
    const bound = await new Promise((resolve, reject) => {
      const fail = (/** @type {string} */ why) =>
        reject(
          new SetupError(
            `VS Code ${version} did not start (${why}): ${log.trim().split('\n').slice(-3).join(' ')}`,
          ),
        );
      const timer = setTimeout(() => fail('60 s are over'), 60_000);
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
          log += text;
          const listening = /Extension host agent listening on (\d+)/.exec(log);
          if (!listening) return;
          clearTimeout(timer);
          resolve(Number(listening[1]));
        });
      }
      child.once('error', (error) => fail(error.message));
      child.once('close', (code) => fail(`status ${code}`));
      child.once('close', () => clearTimeout(timer));
    });
    return { port: bound, log: () => log, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * The address of a window of that server.
 * @param {VscodeServer} server
 * @param {object} options
 * @param {string} options.folder the workspace to open
 * @param {string} options.extension folder of the extension, which runs in development mode
 * @param {string} [options.tests] file whose `run()` the extension host calls
 */
export function windowAddress({ port }, { folder, extension, tests }) {
  const remote = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${urlPath(path)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder: urlPath(folder), payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query}`;
}

/** A file's path as a URI has it, also for `C:\…`. @param {string} path */
function urlPath(path) {
  const slashed = path.replaceAll('\\', '/');
  return slashed.startsWith('/') ? slashed : `/${slashed}`;
}
