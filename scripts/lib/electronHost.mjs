// @ts-check
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findOnPath } from './findOnPath.mjs';
import { downloads } from './folders.mjs';
import { endTree, start, temporaryFolder } from './lifetime.mjs';
import { hasScreen } from './openPage.mjs';
import { requireWritable } from './requireWritable.mjs';
import { SetupError } from './setupError.mjs';
import { releaseOf } from './vscodes.mjs';

const OTHERWISE =
  'or run "npm run test:vscode", which takes VS Code from the npm registry and needs no screen.';

/** @returns {readonly string[]} a command prefix that provides a screen if there is none */
function screen() {
  if (hasScreen()) return [];
  const xvfb = findOnPath('xvfb-run');
  if (!xvfb) throw new SetupError(`There is no screen: run "sudo apt-get install xvfb" first, ${OTHERWISE}`);
  return [xvfb, '--auto-servernum'];
}

/** @param {unknown} error anything that a download was rejected with */
function reasonOf(error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error ?? {});
  return code ?? message ?? String(error);
}

/**
 * @param {string} release
 * @param {string} cache
 * @returns {Promise<string>} the path of its executable
 */
async function downloaded(release, cache) {
  await requireWritable(cache);
  console.log(`VS Code ${release} for the desktop, downloaded unless it is there…`);
  try {
    return await downloadAndUnzipVSCode({
      version: release,
      cachePath: cache,
      // The output is suppressed because it is long; on a failure the error contains the remedy.
      reporter: { report: () => undefined, error: () => undefined },
    });
  } catch (error) {
    throw new SetupError(
      `VS Code ${release} could not be downloaded (${reasonOf(error)}): check the network and npm's setting "https-proxy", ${OTHERWISE}`,
    );
  }
}

/**
 * The desktop VS Code.
 * @param {string} [cache] folder where downloads are kept
 * @returns {import('./testHost.mjs').TestHost}
 */
export function electronHost(cache = join(downloads, 'desktop')) {
  return async ({ version, extension, tests, folder, env, log, timeout }) => {
    const wrapper = screen();
    const executable = await downloaded(releaseOf(version), cache);
    const data = await temporaryFolder('duplex-vscode-');
    const [command = '', ...args] = [
      ...wrapper,
      ...[executable, folder],
      ...[`--extensionDevelopmentPath=${extension}`, `--extensionTestsPath=${tests}`],
      ...[
        `--user-data-dir=${join(data.folder, 'data')}`,
        `--extensions-dir=${join(data.folder, 'extensions')}`,
      ],
      ...['--disable-workspace-trust', '--disable-updates', '--disable-telemetry'],
      ...['--skip-welcome', '--skip-release-notes'],
      // Needed as root and in containers.
      ...['--no-sandbox', '--disable-gpu-sandbox'],
    ];
    const child = start(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', log);
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    try {
      return await new Promise((resolve) => {
        timer = setTimeout(() => resolve(`not done after ${timeout / 1000} s`), timeout);
        child.once('error', (error) => resolve(error.message));
        child.once('close', (code, signal) => resolve(`${signal ?? `status ${code}`}`));
      });
    } finally {
      clearTimeout(timer);
      await endTree(child);
      await data.remove();
    }
  };
}
