import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, readdir, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest, writeManifest } from '../../../src/recording/manifest.ts';
import { openRegular, readAll, readText, writeAll, writePieces } from '../../../src/recording/regularFile.ts';
import { closeSync } from 'node:fs';
import type { SessionManifest } from '../../../src/shared/recordProtocol.ts';
import { temporaryFolder } from '../../support/folders.ts';

const MANIFEST = {
  ...{ format: 'duplex-recording', version: 2, id: 'x', name: 'a', url: 'ws://a/', segmentBytes: 1024 },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', protocol: '', requestHeaders: [], responseHeaders: [] },
};

async function recording(content: string | object): Promise<string> {
  const folder = await temporaryFolder();
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(folder, 'session.json'), text);
  return folder;
}

describe('session.json of somebody else', () => {
  it('is read if it has the required members, also with those of later programs', async () => {
    const folder = await recording({ ...MANIFEST, more: [1], requestHeaders: [['A', 'b']], role: 'server' });
    expect(readManifest(folder)).toMatchObject({ name: 'a', role: 'server', more: [1] });
  });

  it.each([1, 2])('is read in version %i', async (version) => {
    expect(readManifest(await recording({ ...MANIFEST, version })).version).toBe(version);
  });

  it.each<[string, unknown, RegExp]>([
    ['empty', '', /is not valid JSON: restore it from a copy/],
    ['cut off', '{"format":"duplex-rec', /is not valid JSON/],
    ['not JSON', 'PK\u0003\u0004', /is not valid JSON/],
    ['null', 'null', /does not describe a recording/],
    ['a list', '[]', /does not describe a recording/],
    ['a text', '"duplex-recording"', /does not describe a recording/],
    ['of another program', { ...MANIFEST, format: 'har' }, /does not describe a recording/],
    [
      'of a later version',
      { ...MANIFEST, version: 3 },
      /has version 3, and this program reads versions up to 2/,
    ],
    ['of version 0', { ...MANIFEST, version: 0 }, /has version 0/],
    ['of a version that is none', { ...MANIFEST, version: '2' }, /has version 2/],
    ['without a version', { ...MANIFEST, version: undefined }, /has version undefined/],
  ])('is refused if it is %s', async (_, content, reason) => {
    const folder = await recording(content as object);
    expect(() => readManifest(folder)).toThrow(
      expect.objectContaining({ code: 'file.invalid', message: expect.stringMatching(reason) as string }),
    );
  });

  it.each<[keyof typeof MANIFEST | 'role' | 'firstRow', readonly unknown[]]>([
    ['segmentBytes', [0, -1, 1.5, '1024', null, 1e300]],
    ['name', [1, null, {}]],
    ['url', [1, null, ['ws://a']]],
    ['startedAt', [0, null, 'yesterday', '']],
    ['requestHeaders', [{}, 'A: b', [['A']], [['A', 1]], [['A', 'b', 'c']], [null], null]],
    ['responseHeaders', [[[]], [['a', 'b'], 'c']]],
    ['role', ['proxy', 1, null]],
    ['firstRow', [-1, 0.5, '0', 2 ** 53]],
  ])('is refused with a wrong %s, which is named', async (name, values) => {
    for (const value of values) {
      const folder = await recording({ ...MANIFEST, [name]: value });
      expect(() => readManifest(folder), JSON.stringify(value)).toThrow(
        expect.objectContaining({
          code: 'file.invalid',
          message: expect.stringContaining(`has no valid ${name}: restore it from a copy.`) as string,
        }),
      );
    }
  });

  it('is not read if it is larger than any that is written', async () => {
    const folder = await recording('');
    await truncate(join(folder, 'session.json'), 2 ** 40);
    expect(() => readManifest(folder)).toThrow(/session\.json is too large: restore it from a copy/);
  });

  it.each<[string, (folder: string) => Promise<void>]>([
    ['missing', async () => undefined],
    ['a folder', (folder) => mkdir(join(folder, 'session.json'))],
    ['a link', (folder) => symlink('/etc/passwd', join(folder, 'session.json'))],
    ['a link to nowhere', (folder) => symlink('none', join(folder, 'session.json'))],
  ])('is refused if it is %s', async (_, make) => {
    const folder = await temporaryFolder();
    await make(folder);
    expect(() => readManifest(folder)).toThrow(expect.objectContaining({ code: 'file.invalid' }));
  });

  it('is replaced as a whole and leaves no other file', async () => {
    const folder = await recording({ ...MANIFEST, more: 'x'.repeat(10_000) });
    writeManifest(folder, { ...MANIFEST, name: 'renamed' } as unknown as SessionManifest);
    expect(readManifest(folder).name).toBe('renamed');
    expect(await readdir(folder)).toEqual(['session.json']);
    expect(await readFile(join(folder, 'session.json'), 'utf8')).toMatch(/^\{\n {2}"format"[^]*\n\}\n$/);
  });
});

describe('a file of a recording', () => {
  it('is made only if it does not exist, and for its owner alone', async () => {
    const path = join(await temporaryFolder(), 'new');
    closeSync(openRegular(path, 'create'));
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(() => openRegular(path, 'create')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });

  it.each(['read', 'write'] as const)('is not opened to %s if it is missing', async (access) => {
    const path = join(await temporaryFolder(), 'none');
    expect(() => openRegular(path, access)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('is not followed if it is a link, because it could lead out of the recording', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'target'), 'secret');
    await symlink(join(folder, 'target'), join(folder, 'link'));
    for (const access of ['read', 'write'] as const)
      expect(() => openRegular(join(folder, 'link'), access)).toThrow(
        /is a link, and a recording consists of/,
      );
    expect(() => openRegular(join(folder, 'link'), 'create')).toThrow(
      expect.objectContaining({ code: 'EEXIST' }),
    );
  });

  it('is not written if it has a second name elsewhere, and may be read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'one'), 'x');
    await link(join(folder, 'one'), join(folder, 'two'));
    expect(() => openRegular(join(folder, 'one'), 'write')).toThrow(/has a second name \(a hard link\)/);
    expect(readText(join(folder, 'one'), 10)).toBe('x');
  });

  it('is refused if it is a folder', async () => {
    expect(() => openRegular('/', 'read')).toThrow(/is a folder, and/);
  });

  it.runIf(existsSync('/dev/zero'))('is refused if it is a device, without reading it', () => {
    expect(() => openRegular('/dev/zero', 'read')).toThrow(/is a device, and/);
  });

  it.runIf(process.platform === 'linux')(
    'is refused if it is a pipe, without waiting for its other end',
    async () => {
      const path = join(await temporaryFolder(), 'pipe');
      execFileSync('mkfifo', [path]);
      for (const access of ['read', 'write'] as const)
        expect(() => openRegular(path, access)).toThrow(/is a pipe, and/);
    },
  );
});

describe('reading and writing at a position', () => {
  it('reads the existing bytes, and returns their number', async () => {
    const path = join(await temporaryFolder(), 'file');
    const file = openRegular(path, 'create');
    writeAll(file, Buffer.from('0123456789'), 0);
    const bytes = new Uint8Array(4);
    expect(readAll(file, bytes, 8)).toBe(2);
    expect(Buffer.from(bytes).toString()).toBe('89\0\0');
    expect(readAll(file, bytes, 100)).toBe(0);
    expect(readAll(file, new Uint8Array(0), 0)).toBe(0);
    closeSync(file);
  });

  it.each([
    [[], ''],
    [['abc'], 'abc'],
    [['a', '', 'bc', ''], 'abc'],
    [Array.from({ length: 3_000 }, (_, index) => `${index},`), undefined],
  ])('writes %j end to end', async (texts, expected) => {
    const path = join(await temporaryFolder(), 'file');
    const file = openRegular(path, 'create');
    writePieces(
      file,
      texts.map((text) => Buffer.from(text)),
      0,
    );
    closeSync(file);
    expect(await readFile(path, 'utf8')).toBe(expected ?? texts.join(''));
  });

  it('appends pieces to the existing bytes', async () => {
    const path = join(await temporaryFolder(), 'file');
    const file = openRegular(path, 'create');
    writeAll(file, Buffer.from('before'), 0);
    writePieces(file, [Buffer.from(' and'), Buffer.from(' after')], 6);
    closeSync(file);
    expect(await readFile(path, 'utf8')).toBe('before and after');
  });

  it.each([
    [0, 0],
    [10, 10],
  ])('reads a text of %i bytes with a limit of %i', async (size, limit) => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, 'x'.repeat(size));
    expect(readText(path, limit)).toHaveLength(size);
  });

  it('reads no text that is longer than its limit', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, 'x'.repeat(11));
    expect(() => readText(path, 10)).toThrow(expect.objectContaining({ code: 'file.invalid' }));
  });
});
