// @ts-check
// Starts the server of a VS Code from .vscode-test on a port of its own, with a data folder of its own.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
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
  // Else each demo server a test starts is announced as "your application".
  'remote.autoForwardPorts': false,
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
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
 * @param {string} [options.extension] folder of an extension that is installed there by a link. Without it windows run
 *   one in development mode, which their address names, and show no notifications
 * @param {NodeJS.ProcessEnv} [options.env] on top of this process's, seen by the extension host
 * @returns {Promise<VscodeServer>} once it answers
 */
export async function startVscodeServer({ version, settings = {}, trust = true, extension, env = {} }) {
  const [server, node] = await Promise.all([ensureVscode(version), ensureNodeFor(version)]);
  const { folder: data, remove } = await temporaryFolder('duplex-vscode-');
  await writeSettings(join(data, 'data/User'), { ...calmSettings, ...settings });
  // Settings of scope `machine` are read from there alone.
  await writeSettings(join(data, 'data/Machine'), settings);
  if (extension) await link(extension, join(data, 'extensions'));
  const child = start(
    node,
    [
      ...['--import', new URL('endWithParent.mjs', import.meta.url).href, join(server, 'out/server-main.js')],
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
      ...['--accept-server-license-terms', '--server-data-dir', data, '--telemetry-level', 'off'],
      ...(trust ? ['--disable-workspace-trust'] : []),
      // Else the entries extensionDevelopmentPath and extensionTestsPath of a window are ignored. But it hides toasts.
      ...(extension ? [] : ['--enable-smoke-test-driver']),
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

/** @param {string} folder @param {Readonly<Record<string, unknown>>} settings */
async function writeSettings(folder, settings) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** @param {string} extension @param {string} installed folder where the server looks for extensions */
async function link(extension, installed) {
  const { publisher, name, version } = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'));
  await mkdir(installed);
  // A junction needs no rights on Windows; elsewhere the kind is ignored.
  await symlink(extension, join(installed, `${publisher}.${name}-${version}`), 'junction');
}

/**
 * The address of a window of that server.
 * @param {VscodeServer} server
 * @param {object} options
 * @param {string} options.folder the workspace to open
 * @param {string} [options.extension] folder of an extension to run in development mode
 * @param {string} [options.tests] file whose `run()` the extension host calls
 */
export function windowAddress({ port }, { folder, extension, tests }) {
  const remote = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${urlPath(path)}`;
  const query = new URLSearchParams({ folder: urlPath(folder) });
  const payload = [
    ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
  ];
  if (payload.length > 0) query.set('payload', JSON.stringify([...payload, ['skipWelcome', 'true']]));
  return `http://127.0.0.1:${port}/?${query}`;
}

/** A file's path as a URI has it, also for `C:\…`. @param {string} path */
function urlPath(path) {
  const slashed = path.replaceAll('\\', '/');
  return slashed.startsWith('/') ? slashed : `/${slashed}`;
}
