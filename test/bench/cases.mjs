// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect, log, run, sessions } from './processCases.mjs';
import { decoding, peers, receive } from './rateCases.mjs';
import { exports, growth, long, pretty, search, stall } from './recordingCases.mjs';
import { clients, proxy } from './serverCases.mjs';
import { codecs, units } from './unitCases.mjs';
import { window } from './windowCase.mjs';

/**
 * The size of the download, and of the files that a panel loads before it shows anything. @returns
 * {Promise<import('./results.mjs').Result[]>}
 */
async function size() {
  const done = spawnSync('npm', ['run', 'package'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (done.status !== 0 || !existsSync('duplex.vsix'))
    throw new Error(`npm run package failed: ${done.stderr}`);
  // PNG files do not get smaller in an archive.
  const pictures = readdirSync('media/readme').map((name) => statSync(`media/readme/${name}`).size);
  const megabytes = (statSync('duplex.vsix').size - pictures.reduce((sum, size) => sum + size, 0)) / 1e6;
  const kilobytes = statSync('dist/webview/panel.js').size / 1e3;
  return [
    {
      what: 'the packaged .vsix',
      budget: "≤ 2 MB without the README's pictures",
      measured: `${megabytes.toFixed(2)} MB`,
      met: megabytes <= 2,
      how: 'npm run package',
      raw: megabytes,
    },
    {
      what: "the webview's start bundle",
      budget: '≤ 200 KB',
      measured: `${Math.round(kilobytes)} KB`,
      met: kilobytes <= 200,
      how: 'dist/webview/panel.js, minified',
      raw: kilobytes,
    },
  ];
}

/** The cases of `npm run bench`, in their order: those that need a quiet machine come first. */
export const CASES = {
  receive,
  decoding,
  peers,
  stall,
  window,
  connect,
  run,
  log,
  sessions,
  proxy,
  clients,
  pretty,
  search,
  units,
  codecs,
  exports,
  long,
  growth,
  size,
};
