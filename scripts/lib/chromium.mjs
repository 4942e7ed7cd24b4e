// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './findOnPath.mjs';
import { run } from './lifetime.mjs';
import { SetupError } from './setupError.mjs';

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
