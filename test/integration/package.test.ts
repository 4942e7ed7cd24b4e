import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { PackageManager, listFiles } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** As the script `package` calls the packager, whose types leave `readmePath` out. */
const OPTIONS = { cwd: root, packageManager: PackageManager.None, readmePath: 'dist/README.md' };

const shipped = (): Promise<string[]> => listFiles(OPTIONS);

/** Targets of links and pictures that are files, without their headings. */
function relativeTargets(markdown: string, pattern = /\]\(([^)\s]+)\)/g): string[] {
  return [...markdown.matchAll(pattern)]
    .map(([, target]) => target!.split('#')[0]!)
    .filter((target) => target !== '' && !/^[a-z]+:/i.test(target));
}

describe('the package', () => {
  it('contains the files of an allow-list, and nothing else', async () => {
    const files = await shipped();
    const folders =
      /^(docs|examples(\/\w+)?|media|media\/readme|media\/walkthrough|l10n)\/[^/]+\.(ws|md|http|json|proto|bin|txt|xml|svg|png)$/;
    // Named after their contents; a build in development leaves those of the builds before it.
    const parts = /^dist\/webview\/shared-[\w-]+\.js$/;
    expect(files.some((file) => parts.test(file))).toBe(true);
    expect(files.filter((file) => !folders.test(file) && !parts.test(file)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'dist/NOTICES.txt',
      'dist/README.md',
      'dist/cli.js',
      'dist/cliAll.js',
      'dist/cliSession.js',
      'dist/extension.js',
      'dist/libraries/ajv.js',
      'dist/libraries/cbor.js',
      'dist/libraries/chokidar.js',
      'dist/libraries/fflate.js',
      'dist/libraries/json-p3.js',
      'dist/libraries/msgpack.js',
      'dist/libraries/protobuf.js',
      'dist/libraries/protocols.js',
      'dist/libraries/self-signed.js',
      'dist/libraries/socks.js',
      'dist/libraries/tough-cookie.js',
      'dist/libraries/ws.js',
      'dist/libraries/yaml.js',
      'dist/start.js',
      'dist/webview/codicon.css',
      'dist/webview/codicon.ttf',
      'dist/webview/panel.js',
      'dist/workers/format.js',
      'dist/workers/import.js',
      'dist/workers/query.js',
      'dist/workers/record.js',
      'dist/workers/schema.js',
      'dist/workers/units.js',
      'package.json',
      'package.nls.json',
      'package.nls.zh-cn.json',
    ]);
    expect(files.filter((file) => file.startsWith('examples/'))).toContain('examples/1-first-message.ws');
    for (const file of files) expect(existsSync(`${root}/${file}`), file).toBe(true);
  });

  it('has a README that names files of the package without links, because its page opens only web links', async () => {
    const [readme, files] = [await readFile(`${root}/dist/README.md`, 'utf8'), await shipped()];
    expect(relativeTargets(readme, /(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)).toEqual([]);
    const named = [...readme.matchAll(/`((?:docs\/|[A-Z]+)[\w/-]*\.md|examples)`/g)].map(([, name]) => name!);
    expect(named).toEqual(expect.arrayContaining(['docs/cli.md', 'docs/request-files.md', 'examples']));
    for (const name of [...named, ...relativeTargets(readme)])
      expect(
        files.some((file) => file === name || file.startsWith(`${name}/`)),
        name,
      ).toBe(true);
  });

  it('has pages whose links lead to pages of the package', async () => {
    const files = await shipped();
    const pages = files.filter((file) => file.startsWith('docs/'));
    expect(pages.length).toBeGreaterThan(8);
    for (const page of pages)
      for (const target of relativeTargets(await readFile(`${root}/${page}`, 'utf8')))
        expect(files, `${page} links to ${target}`).toContain(join('docs', target));
  });
});
