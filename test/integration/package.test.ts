import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PackageManager, listFiles } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the package', () => {
  it('holds what the extension needs, from an allow-list, and nothing else', async () => {
    const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
    const folders =
      /^(examples|examples\/data|media|media\/readme|media\/walkthrough|l10n)\/[^/]+\.(ws|http|json|bin|txt|xml|svg|png)$/;
    expect(files.filter((file) => !folders.test(file)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/NOTICES.txt',
      'dist/cli.js',
      'dist/cliAll.js',
      'dist/cliCheck.js',
      'dist/cliConnect.js',
      'dist/cliLog.js',
      'dist/cliRun.js',
      'dist/cliServe.js',
      'dist/extension.js',
      'dist/libraries/ajv.js',
      'dist/libraries/json-p3.js',
      'dist/libraries/socks.js',
      'dist/libraries/tough-cookie.js',
      'dist/libraries/ws.js',
      'dist/webview/chunk.js',
      'dist/webview/codicon.css',
      'dist/webview/codicon.ttf',
      'dist/webview/editors.js',
      'dist/webview/panel.js',
      'dist/webview/plot.js',
      'dist/workers/format.js',
      'dist/workers/query.js',
      'dist/workers/record.js',
      'package.json',
      'package.nls.json',
    ]);
    expect(files.filter((file) => file.startsWith('examples/'))).toContain('examples/1-first-message.ws');
    for (const file of files) expect(existsSync(`${root}/${file}`), file).toBe(true);
  });
});
