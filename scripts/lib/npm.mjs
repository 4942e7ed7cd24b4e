// @ts-check
import { root } from './folders.mjs';
import { needsShell, npm, run } from './lifetime.mjs';
import { SetupError } from './setupError.mjs';

/**
 * The remedy for a failure of npm, in one sentence.
 * @param {string} what was to be fetched
 * @param {string} output npm's, of log level `error`
 */
export function npmFailure(what, output) {
  const code = /^npm (?:error|ERR!) code (\S+)/m.exec(output)?.[1];
  const path = /^npm (?:error|ERR!) path (.+)/m.exec(output)?.[1];
  const again = 'then run this again.';
  switch (code) {
    case undefined:
      return `npm could not fetch ${what}, see above: repair that, ${again}`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `npm may not write to ${path ?? 'its folders'} (${code}): give that folder to your user, ${again}`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `npm could not fetch ${what}, because the disk is full: make room, ${again}`;
    case 'E404':
    case 'ETARGET':
      return `npm's registry does not have ${what} (${code}): let npm's setting "registry" name one that has it, ${again}`;
    case 'EUSAGE':
      return `package-lock.json does not fit package.json: run "npm install", ${again}`;
    default:
      if (/CERT|SIGNED|ISSUER/.test(code))
        return `npm does not trust the certificate of its registry (${code}): let npm's setting "cafile" name your network's authority, ${again}`;
      return `npm could not fetch ${what} from its registry (${code}): check the network and npm's settings "registry" and "proxy", ${again}`;
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {string} what is fetched, for the sentence of a failure
 * @param {number} timeout in milliseconds
 */
async function npmIn(folder, args, what, timeout) {
  const { status, timedOut, errors } = await run(npm, [...args, '--loglevel=error'], {
    cwd: folder,
    shell: needsShell,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout,
  });
  if (status === 0) return;
  if (timedOut) throw new SetupError(npmFailure(what, 'npm error code ETIMEDOUT'));
  const sentence = npmFailure(what, errors);
  if (sentence.includes('see above')) console.error(errors);
  throw new SetupError(sentence);
}

/** @type {Promise<void> | undefined} */
let reached;

/** Checks the registry first, because npm retries silently for minutes without a network. @param {string} what */
async function requireRegistry(what) {
  try {
    const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=10000'];
    await npmIn(root, ['ping', ...patience], what, 40_000);
  } catch (error) {
    // Some registries do not answer this request although they serve all packages.
    if (!/\(E[45]\d\d\)/.test(/** @type {Error} */ (error).message)) throw error;
  }
}

/**
 * Makes npm fetch something into a folder.
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {string} what it fetches, for the sentence of a failure
 */
export async function fetchWithNpm(folder, args, what) {
  reached = reached ?? requireRegistry(what);
  await reached;
  await npmIn(folder, [...args, '--no-audit', '--no-fund'], what, 900_000);
}
