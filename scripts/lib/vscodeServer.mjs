// @ts-check
// Starts the server of a VS Code from .vscode-test on its own port, with its own data folder.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installExtension } from './installExtension.mjs';
import { endTree, temporaryFolder } from './lifetime.mjs';
import { lastLines, loggedServer } from './loggedServer.mjs';
import { SetupError } from './setupError.mjs';
import { ensureNodeFor, ensureVscode } from './vscodes.mjs';

/** Settings that keep test windows stable: nothing appears or disappears automatically. */
const calmSettings = {
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'chat.agent.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'github.gitAuthentication': false,
  // Otherwise each demo server that a test starts is announced as "your application".
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
 * @property {string | undefined} extension folder in which the extension is installed
 * @property {string} data its data folder
 * @property {() => string} log what the server has printed so far
 * @property {Promise<void>} opened resolves when the first window has its extension host
 * @property {Promise<string>} ended resolves, with how, when it has ended
 * @property {() => Promise<void>} dispose ends it and its processes, removes its data folder
 */

/**
 * @param {object} options
 * @param {import('./vscodes.mjs').VscodeVersion} options.version
 * @param {Readonly<Record<string, unknown>>} [options.settings] in addition to the stable ones
 * @param {boolean} [options.trust] false: windows open in Restricted Mode
 * @param {string} [options.extension] folder of an extension, which is installed by a link, or a .vsix, which is
 * installed as for a user. Without it windows run an extension in development mode, which their address names, and show
 * no notifications
 * @param {NodeJS.ProcessEnv} [options.env] in addition to this process's, visible to the extension host
 * @returns {Promise<VscodeServer>} resolves when it answers
 */
export async function startVscodeServer({ version, settings = {}, trust = true, extension, env = {} }) {
  const [folder, node] = await Promise.all([ensureVscode(version), ensureNodeFor(version)]);
  const { folder: data, remove } = await temporaryFolder('duplex-vscode-');
  await writeSettings(join(data, 'data/User'), { ...calmSettings, ...settings });
  // VS Code reads settings of scope `machine` only from this file.
  await writeSettings(join(data, 'data/Machine'), settings);
  const temporary = join(data, 'tmp');
  await mkdir(temporary);
  const environment = {
    ...process.env,
    // Otherwise VS Code leaves sockets and folders in the system's temporary folder. On other systems a socket's name
    // would become too long.
    ...(process.platform === 'linux' && { TMPDIR: temporary, XDG_RUNTIME_DIR: temporary }),
    EXTENSIONS_GALLERY: '{}',
    ...env,
  };
  const args = [
    ...[join(folder, 'out/server-main.js'), '--server-data-dir', data],
    ...['--accept-server-license-terms', '--telemetry-level', 'off'],
  ];
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  const dispose = async () => {
    if (child) await endTree(child);
    await remove();
  };
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    const installed =
      extension && (await installExtension(extension, { data, command: [node, ...args], env: environment }));
    const server = loggedServer(
      node,
      [
        ...['--import', new URL('endWithParent.mjs', import.meta.url).href, ...args],
        ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
        ...(trust ? ['--disable-workspace-trust'] : []),
        // Otherwise a window's entries extensionDevelopmentPath and extensionTestsPath are ignored. But it hides
        // toasts.
        ...(extension ? [] : ['--enable-smoke-test-driver']),
      ],
      environment,
    );
    child = server.child;
    const over = new Promise((resolve) => (timer = setTimeout(() => resolve('60 s are over'), 60_000)));
    const failed = Promise.race([server.ended, over]).then((why) => {
      throw new SetupError(
        `VS Code ${version} did not start (${why}): delete .vscode-test and run this again; it said: ${lastLines(server.log())}`,
      );
    });
    const [, port] = await Promise.race([server.logged(/Extension host agent listening on (\d+)/), failed]);
    const opened = server.logged(/Launched Extension Host Process/).then(() => {});
    return {
      port: Number(port),
      extension: installed,
      data,
      log: server.log,
      opened,
      ended: server.ended,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} folder @param {Readonly<Record<string, unknown>>} settings */
async function writeSettings(folder, settings) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/**
 * The address of a window of that server.
 * @param {VscodeServer} server
 * @param {object} options
 * @param {string} [options.folder] the workspace to open
 * @param {string} [options.file] a file to show
 * @param {string} [options.extension] folder of an extension to run in development mode
 * @param {string} [options.tests] file whose `run()` the extension host calls
 */
export function windowAddress({ port }, { folder, file, extension, tests }) {
  const remote = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${urlPath(path)}`;
  const payload = [
    ...(file ? [['openFile', remote(file)]] : []),
    ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
  ];
  const query = [folder === undefined ? 'ew=true' : `folder=${inQuery(urlPath(folder))}`];
  if (payload.length > 0) query.push(`payload=${inQuery(JSON.stringify(payload))}`);
  return `http://127.0.0.1:${port}/?${query.join('&')}`;
}

/** Escapes only what is necessary, so that displayed paths stay readable. @param {string} text */
function inQuery(text) {
  return encodeURIComponent(text).replace(/%(2F|3A|2C)/g, decodeURIComponent);
}

/** A file's path in a URI, including `C:\…`. @param {string} path */
function urlPath(path) {
  const slashed = path.replaceAll('\\', '/');
  return slashed.startsWith('/') ? slashed : `/${slashed}`;
}
