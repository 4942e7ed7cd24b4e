import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shownPath } from '../../../../src/cli/requestFiles/locatedProblem.ts';
import {
  isIgnored,
  requestPaths,
  searchedFolders,
} from '../../../../src/cli/requestFiles/readRequestFiles.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'duplex-paths-'));
  for (const file of ['a.ws', 'b.http', 'api/c.ws', 'api/v1/d.ws', 'node_modules/e.ws', '[x].ws']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

const below = (paths: readonly string[]): string[] =>
  paths.map((path) => relative(folder, path).split(sep).join('/'));

describe('the files of the arguments', () => {
  it.each([
    [['a.ws'], ['a.ws']],
    [['api'], ['api/c.ws', 'api/v1/d.ws']],
    [['*.ws'], ['[x].ws', 'a.ws']],
    [
      ['*.http', 'a.ws', 'a.ws'],
      ['b.http', 'a.ws'],
    ],
    [['**/d.ws'], ['api/v1/d.ws']],
    [['node_modules/*.ws'], ['node_modules/e.ws']],
    // A file whose name looks like a pattern.
    [['[x].ws'], ['[x].ws']],
  ])('are those that %j names or matches', async (args, files) => {
    expect(below(await requestPaths(args, folder))).toEqual(files);
  });

  it.each([['none.ws'], ['*.txt'], ['none/**'], ['a.ws/x.ws'], ['a.ws/*.ws'], [`${'a'.repeat(300)}.ws`]])(
    'are an error if %s matches none',
    async (arg) => {
      await expect(requestPaths([arg], folder)).rejects.toMatchObject({ code: 'call.invalid' });
    },
  );
});

describe('the folders to watch', () => {
  it.each([
    [['a.ws'], []],
    [['api'], ['api']],
    [['*.ws'], ['']],
    [['api/**/*.ws'], ['api']],
    [['api/{v1,v2}/*.ws'], ['api']],
    [['./api/v1/?.ws', 'a.ws'], ['api/v1']],
    [['none.ws'], []],
    [['a.ws/none.ws'], []],
  ])('are those above the patterns of %j', (args, folders) => {
    expect(below(searchedFolders(args, folder))).toEqual(folders);
  });

  it('start at the root for an absolute pattern', () => {
    expect(searchedFolders(['/*.ws'], folder)).toEqual([join('/')]);
    expect(searchedFolders([`${folder}/api/*.ws`], '/')).toEqual([join(folder, 'api')]);
  });

  it('do not include folders that are never searched', () => {
    expect(isIgnored('/repository/node_modules/x/a.ws', ['**/*.ws'])).toBe(true);
    expect(isIgnored('C:\\repository\\node_modules\\a.ws', ['.'])).toBe(true);
    expect(isIgnored('/repository/node_modules/x/a.ws', ['node_modules/x/*.ws'])).toBe(false);
    expect(isIgnored('/repository/.git/index', ['node_modules/x/*.ws'])).toBe(true);
    expect(isIgnored('/repository/api/a.ws', ['.'])).toBe(false);
  });
});

describe('the displayed path', () => {
  it.each([
    ['/work/a.ws', 'a.ws'],
    ['/work/api/a.ws', join('api', 'a.ws')],
    ['/other/a.ws', '/other/a.ws'],
    ['/work', '.'],
  ])('is shown for %s as %s', (path, shown) => {
    expect(shownPath(path, '/work')).toBe(shown);
  });
});
