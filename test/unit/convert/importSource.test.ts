import { copyFile, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { recogniseImport } from '../../../src/core/convert/importers.ts';
import { ImportParser, MAX_IMPORT_BYTES, parseImportFile } from '../../../src/core/convert/importSource.ts';
import { readImportSource } from '../../../src/files/importSource.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { IMPORT_FIXTURES, imported, problemsOf, sourceOf } from './importing.ts';

const POSTMAN = '"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}';

describe('content that cannot be imported', () => {
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
  ])('is refused in one sentence: %s', async (_, name, text, problem) => {
    const source = await sourceOf({ [name]: text }, false);
    const problems = problemsOf(source);
    expect(problems[0]).toMatch(problem);
    for (const each of problems) expect(each).toMatch(/^[^\n]+: [^\n]+\.$/);
  });

  it('is refused without quoting the file', async () => {
    const { problem } = await parseImportFile('a.json', '{"token": canary}');
    expect(problem).not.toContain('canary');
  });
});

it('treats members named __proto__ or constructor as ordinary names', async () => {
  const hostile = `{${POSTMAN}, "__proto__": {"item": [1]}, "item": [{"name": "a", "__proto__": {"request": "ws://evil"},
    "request": {"url": {"raw": "ws://h.test"}, "header": [{"key": "constructor", "value": "x"}]}}]}`;
  const { requests } = await imported(await sourceOf({ 'a.json': hostile }, false));
  expect(requests.map(({ options }) => options)).toEqual([
    { url: 'ws://h.test', headers: [['constructor', 'x']] },
  ]);
  expect(({} as { item?: unknown }).item).toBeUndefined();
});

it('leaves out values of the wrong type', async () => {
  const odd = `{${POSTMAN}, "variable": 7, "auth": [], "item": [null, 1, {"item": {}}, {"name": {}, "request": {"url": "ws://h", "header": "X: 1"}}]}`;
  const { requests } = await imported(await sourceOf({ 'a.json': odd }, false));
  expect(requests.map(({ options }) => options)).toEqual([{ url: 'ws://h' }]);
});

describe('a folder', () => {
  it('is read without links, and without files that clients never write', async () => {
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

it('refuses a file of 500 MB without reading it', async () => {
  const path = join(await temporaryFolder(), 'large.json');
  await writeFile(path, '{');
  await truncate(path, 500 * 1024 * 1024);
  await expect(readImportSource(path)).rejects.toMatchObject({
    code: 'file.invalid',
    message: `${path} is larger than 256 MiB, more than is imported: export a part of it.`,
  });
});

it('refuses files that are too large together without reading them', { timeout: 60_000 }, async () => {
  const folder = await temporaryFolder();
  for (const name of ['a.json', 'b.json']) {
    await writeFile(join(folder, name), ' ');
    await truncate(join(folder, name), MAX_IMPORT_BYTES / 2 + 1);
  }
  await expect(readImportSource(folder)).rejects.toMatchObject({
    code: 'file.invalid',
    message: `${folder}: Its files have more than 256 MiB together: export a part of it.`,
  });
});

describe('several imported files', () => {
  const MiB = 1024 * 1024;
  /** Long values parse fast. */
  const yaml = (length: number): string => `a: ${'x'.repeat(length - 3)}`;

  it.each(['b.yml', 'b.bru', 'b.env', 'b.sh'])(
    'share a limit of 8 MiB for YAML and %s',
    { timeout: 60_000 },
    async (name) => {
      const parser = new ImportParser();
      const first = await parser.parse('a.yaml', yaml(4 * MiB));
      const second = await parser.parse(name, yaml(4 * MiB));
      const third = await parser.parse(name, 'a: 1');
      expect([first, second].map(({ problem }) => problem)).toEqual([undefined, undefined]);
      expect(second.text.length).toBe(4 * MiB);
      expect(third).toEqual({
        path: name,
        text: '',
        problem: 'It is text of more than 8 MiB: export a part of it.',
      });
      // JSON has limits of its own.
      expect((await parser.parse('a.json', '{"a": 1}')).data).toEqual({ a: 1 });
    },
  );

  it('share a limit of 8 million JSON values', { timeout: 60_000 }, async () => {
    const parser = new ImportParser();
    const values = `[${'0,'.repeat(4_999_998)}0]`;
    expect((await parser.parse('a.json', values)).problem).toBeUndefined();
    const problem = 'It has more than 8 million values: export a part of it.';
    for (const name of ['b.json', 'b.jsonl']) {
      const left = new ImportParser();
      await left.parse('a.json', values);
      expect(await left.parse(name, values)).toEqual({ path: name, text: '', problem });
    }
    expect((await parser.parse('c.jsonl', '\n'.repeat(3_000_100))).problem).toBe(problem);
  });

  it('may have any number of brackets within JSON strings', async () => {
    const [text, other] = [`[{,"'`.repeat(2_000_000), '\\'.repeat(1001)];
    const parser = new ImportParser();
    for (const each of [text, other, `${other}"${text}`])
      expect((await parser.parse('a.json', JSON.stringify([each, 'b']))).data).toEqual([each, 'b']);
  });
});

it.each([
  ['brackets', '[', ']'],
  ['members', '{"a":', '}'],
])('allows 200 levels of %s', async (_, open, end) => {
  const nested = (depth: number): string => `${open.repeat(depth)}1${end.repeat(depth)}`;
  expect((await parseImportFile('a.json', nested(200))).problem).toBeUndefined();
  expect((await parseImportFile('a.json', nested(201))).problem).toMatch(/nested more than 200 levels/);
  // A text is no level.
  const texts = `[${Array.from({ length: 300 }, () => '"["').join(',')}]`;
  expect((await parseImportFile('a.json', texts)).problem).toBeUndefined();
});

describe('a file that a HAR names', () => {
  const NAME = '0f1e2d3c4b5a69788796a5b4c3d2e1f0.jsonl';
  const PLAYWRIGHT = join(IMPORT_FIXTURES, 'playwright');

  async function beside(): Promise<{ readonly folder: string; readonly har: string }> {
    const folder = await temporaryFolder();
    const har = join(folder, 'session.har');
    await copyFile(join(PLAYWRIGHT, 'session.har'), har);
    return { folder, har };
  }
  const namesOf = async (har: string): Promise<string[]> =>
    (await readImportSource(har)).files.map(({ path }) => path);

  it('is read through a link that stays in the folder', async () => {
    const { folder, har } = await beside();
    await mkdir(join(folder, 'parts'));
    await copyFile(join(PLAYWRIGHT, NAME), join(folder, 'parts', 'messages.jsonl'));
    await symlink(join('parts', 'messages.jsonl'), join(folder, NAME));
    expect(await namesOf(har)).toEqual(['session.har', NAME]);
  });

  it('is read if the folder itself is reached through a link', async () => {
    const { folder } = await beside();
    await copyFile(join(PLAYWRIGHT, NAME), join(folder, NAME));
    const link = join(await temporaryFolder(), 'link');
    await symlink(folder, link);
    expect(await namesOf(join(link, 'session.har'))).toEqual(['session.har', NAME]);
  });

  it.each([
    ['another folder', (outside: string) => outside],
    [
      'a folder whose name begins alike',
      (outside: string, folder: string) => join(`${folder}-more`, outside.slice(-4)),
    ],
  ])('is refused if it is a link to %s', async (_, targetOf) => {
    const { folder, har } = await beside();
    const outside = join(await temporaryFolder(), 'secret');
    const target = targetOf(outside, folder);
    await mkdir(join(target, '..'), { recursive: true });
    try {
      await writeFile(target, '{"type": "send", "opcode": 1, "time": 1, "data": "canary"}');
      await symlink(target, join(folder, NAME));
      await expect(readImportSource(har)).rejects.toMatchObject({
        code: 'file.invalid',
        message: `${har} names ${NAME}, which is a link out of its folder: copy the file there instead.`,
      });
    } finally {
      await rm(target, { force: true });
      await rm(`${folder}-more`, { recursive: true, force: true });
    }
  });

  it.each(['../secret.jsonl', '/etc/secret.jsonl', 'parts/secret.jsonl', '..\\secret.jsonl', '..', ''])(
    'is not read as %j',
    async (name) => {
      const folder = await temporaryFolder();
      for (const part of ['parts', 'inner']) await mkdir(join(folder, part));
      for (const path of ['secret.jsonl', 'parts/secret.jsonl']) await writeFile(join(folder, path), '{}');
      const entry = { _webSocketMessages: [], response: { content: { _file: name } } };
      const har = join(folder, 'inner', 'a.har');
      await writeFile(har, JSON.stringify({ log: { entries: [entry] } }));
      expect(await namesOf(har)).toEqual(['a.har']);
    },
  );

  it('counts as missing if it is a broken link', async () => {
    const { folder, har } = await beside();
    await symlink(join(folder, 'nothing'), join(folder, NAME));
    expect(await namesOf(har)).toEqual(['session.har']);
  });

  it('is refused for too many values, and its HAR with it', async () => {
    const { folder, har } = await beside();
    await writeFile(join(folder, NAME), '\n'.repeat(8_000_100));
    expect(problemsOf(await readImportSource(har))).toContain(
      `${NAME}: It has more than 8 million values: export a part of it.`,
    );
  });

  it('is refused if the HAR names too many', { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    const entries = Array.from({ length: 5000 }, (_, index) => ({
      response: { content: { _file: `${index}.jsonl` } },
    }));
    await writeFile(join(folder, 'a.har'), JSON.stringify({ log: { entries } }));
    for (let index = 0; index < 5000; index++) await writeFile(join(folder, `${index}.jsonl`), '');
    await expect(readImportSource(join(folder, 'a.har'))).rejects.toMatchObject({
      code: 'file.invalid',
      message: `${join(folder, 'a.har')}: It has more than 5000 files: export a part of it.`,
    });
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

  it('is read without paths that lead out of it, and without files that clients never write', async () => {
    const { files } = await archive({ 'a.har': HAR, '../b.har': HAR, 'x/../../c.har': HAR, 'd.exe': HAR });
    expect(files.map(({ path }) => path)).toEqual(['a.har']);
  });

  it('is refused before unpacking if it holds too many files or too much', async () => {
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
      /Its files have more than 256 MiB together: export a part of it\.$/,
    );
  });

  it('is unpacked no further than the size that it claims', async () => {
    const bomb = zipSync({ 'a.har': new Uint8Array(32 * 1024 * 1024) }, { level: 1 });
    const path = join(await temporaryFolder(), 'bomb.har.zip');
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
    const at = bomb.length - 22 - (46 + 'a.har'.length);
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    view.setUint32(at + 24, 1000, true);
    await writeFile(path, bomb);
    const before = process.memoryUsage().arrayBuffers;
    const { files } = await readImportSource(path);
    expect(files.map(({ text }) => text.length)).toEqual([1000]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });

  it('is refused in one sentence if it is broken', async () => {
    await expect(archive({ 'a.har': HAR }, (bytes) => bytes.subarray(0, 40))).rejects.toThrow(
      /It is a broken ZIP archive: export it again\.$/,
    );
  });
});

describe('an import format', () => {
  it.each([
    ['opencollection', true, 'bruno'],
    ['curl', false, 'command-line'],
    ['wscat', false, 'command-line'],
    ['websocat', false, 'command-line'],
    ['postman', false, 'postman'],
    ['postman', true, 'postman-v3'],
    ['postman-v3', true, 'postman-v3'],
  ])('is resolved from %s (folder: %s) to %s', (from, isFolder, id) => {
    const recognised = recogniseImport({ isFolder, files: [] }, from);
    expect('importer' in recognised && recognised.importer.id).toBe(id);
  });

  it.each(['excel', 'constructor', '__proto__', 'Curl', ''])(
    'is refused with a list of the known ones: %j',
    (from) => {
      expect(recogniseImport({ isFolder: false, files: [] }, from)).toEqual({
        problem: `There is no format ${from}: use one of command-line, har, postman, postman-v3, insomnia, bruno, yaak, asyncapi, environments, opencollection, curl, wscat, websocat.`,
      });
    },
  );
});
