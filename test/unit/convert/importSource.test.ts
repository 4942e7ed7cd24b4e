import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { recogniseImport } from '../../../src/core/convert/importers.ts';
import { parseImportFile } from '../../../src/core/convert/importSource.ts';
import { readImportSource } from '../../../src/files/importSource.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { imported, problemsOf, sourceOf } from './importing.ts';

const POSTMAN = '"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}';

describe('content that cannot be imported is refused in one sentence', () => {
  const bomb = [
    '$kind: &a [x, x, x, x, x, x, x, x, x, x]',
    ...'bcdefgh'.split('').map((name, index) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `k${index}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
    }),
  ].join('\n');

  it.each([
    [
      'JSON that is cut off',
      'a.json',
      `{${POSTMAN}, "item": [{"na`,
      /^It is cut off, or not valid JSON: export it again/,
    ],
    ['a page', 'a.json', '<!DOCTYPE html>', /^This is not a format that is imported: choose .+\.$/],
    ['nothing', 'a.json', '', /^This is not a format that is imported/],
    ['binary', 'a.json', '\u0000\u0001PK', /^This is not a format that is imported/],
    ['deep JSON', 'a.json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested more than 200 levels/],
    ['deep YAML', 'a.yaml', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, /not valid YAML|nested/],
    ['a bomb of YAML', 'A.request.yaml', bomb, /^It is YAML with more than 100 aliases/],
    ['an unknown alias', 'a.yaml', 'a: *b', /^It is .*YAML/],
    ['broken YAML', 'a.yaml', 'a: [1', /^It is not valid YAML from line 1 on/],
  ])('%s', async (_, name, text, problem) => {
    const source = await sourceOf({ [name]: text }, false);
    const problems = problemsOf(source);
    expect(problems[0]).toMatch(problem);
    for (const each of problems) expect(each).toMatch(/^[^\n]+: [^\n]+\.$/);
  });

  it('without text of the file', async () => {
    const { problem } = await parseImportFile('a.json', '{"token": canary}');
    expect(problem).not.toContain('canary');
  });
});

it('members named __proto__ or constructor are ordinary names', async () => {
  const hostile = `{${POSTMAN}, "__proto__": {"item": [1]}, "item": [{"name": "a", "__proto__": {"request": "ws://evil"},
    "request": {"url": {"raw": "ws://h.test"}, "header": [{"key": "constructor", "value": "x"}]}}]}`;
  const { requests } = await imported(await sourceOf({ 'a.json': hostile }, false));
  expect(requests.map(({ options }) => options)).toEqual([
    { url: 'ws://h.test', headers: [['constructor', 'x']] },
  ]);
  expect(({} as { item?: unknown }).item).toBeUndefined();
});

it('values of the wrong kind are left out', async () => {
  const odd = `{${POSTMAN}, "variable": 7, "auth": [], "item": [null, 1, {"item": {}}, {"name": {}, "request": {"url": "ws://h", "header": "X: 1"}}]}`;
  const { requests } = await imported(await sourceOf({ 'a.json': odd }, false));
  expect(requests.map(({ options }) => options)).toEqual([{ url: 'ws://h' }]);
});

describe('a folder', () => {
  it('is read without links, and without files that clients do not write', async () => {
    const folder = await temporaryFolder();
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'secret.yaml'), 'a: 1');
    await mkdir(join(folder, 'node_modules'));
    await mkdir(join(folder, 'sub'));
    for (const name of ['node_modules/a.json', 'sub/b.yaml', 'c.png', 'd.json'])
      await writeFile(join(folder, name), '{}');
    await symlink(outside, join(folder, 'link'));
    await symlink(join(outside, 'secret.yaml'), join(folder, 'link.yaml'));
    const seen: string[] = [];
    const { files } = await readImportSource(folder, {
      onFile: (done, total) => seen.push(`${done}/${total}`),
    });
    expect(files.map(({ path }) => path)).toEqual(['d.json', 'sub/b.yaml']);
    expect(seen).toEqual(['1/2', '2/2']);
  });
});

it('a file of 500 MB is not read', async () => {
  const path = join(await temporaryFolder(), 'large.json');
  await writeFile(path, '{');
  await truncate(path, 500 * 1024 * 1024);
  await expect(readImportSource(path)).rejects.toMatchObject({
    code: 'file.invalid',
    message: `${path} is larger than 256 MiB, more than is imported: export a part of it.`,
  });
});

describe('an archive', () => {
  const archive = async (
    files: Record<string, Uint8Array>,
    change = (bytes: Uint8Array): Uint8Array => bytes,
  ) => {
    const path = join(await temporaryFolder(), 'a.har.zip');
    await writeFile(path, change(zipSync(files)));
    return readImportSource(path);
  };
  const HAR = new TextEncoder().encode('{"log": {"entries": []}}');

  it('is read without paths that lead out of it, and without files that clients do not write', async () => {
    const { files } = await archive({ 'a.har': HAR, '../b.har': HAR, 'x/../../c.har': HAR, 'd.exe': HAR });
    expect(files.map(({ path }) => path)).toEqual(['a.har']);
  });

  it('of too many files, or of too much, is refused before it is unpacked', async () => {
    const many = Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`${index}.har`, HAR]));
    await expect(archive(many)).rejects.toThrow(
      /a\.har\.zip: It has more than 5000 files: export a part of it\.$/,
    );
    // The central directory says how large a file is when it is unpacked: at 24, as 32 bits (APPNOTE 4.3.12).
    const claimed = (bytes: Uint8Array): Uint8Array => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.length - 28; at++)
        if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0x7fffffff, true);
      return bytes;
    };
    await expect(archive({ 'a.har': HAR }, claimed)).rejects.toThrow(
      /It is unpacked larger than 256 MiB: export a part of it\.$/,
    );
  });

  it('that is broken ends in one sentence', async () => {
    await expect(archive({ 'a.har': HAR }, (bytes) => bytes.subarray(0, 40))).rejects.toThrow(
      /It is a broken ZIP archive: export it again\.$/,
    );
  });
});

describe('a named format', () => {
  it.each([
    ['opencollection', true, 'bruno'],
    ['curl', false, 'command-line'],
    ['wscat', false, 'command-line'],
    ['websocat', false, 'command-line'],
    ['postman', false, 'postman'],
    ['postman', true, 'postman-v3'],
    ['postman-v3', true, 'postman-v3'],
  ])('%s, of a folder: %s, is read as %s', (from, isFolder, id) => {
    const recognised = recogniseImport({ isFolder, files: [] }, from);
    expect('importer' in recognised && recognised.importer.id).toBe(id);
  });

  it.each(['excel', 'constructor', '__proto__', 'Curl', ''])(
    '%j is refused, with those there are',
    (from) => {
      expect(recogniseImport({ isFolder: false, files: [] }, from)).toEqual({
        problem: `There is no format ${from}: use one of command-line, har, postman, postman-v3, insomnia, bruno, yaak, asyncapi, environments, opencollection, curl, wscat, websocat.`,
      });
    },
  );
});
