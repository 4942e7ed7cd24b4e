import { execFileSync } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MAX_CERTIFICATE_FILE } from '../../../src/shared/limits.ts';
import { blockCertificate } from '../../../src/engine/serve/blockCertificate.ts';
import { MAX_ENDLESS_BYTES, readLimited, readLimitedStream } from '../../../src/files/limitedFile.ts';
import { localFiles, readLocalText } from '../../../src/engine/runner/localFiles.ts';
import { temporaryFolder } from '../../support/folders.ts';

const hasDevices = existsSync('/dev/zero');

async function file(size: number): Promise<string> {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, Buffer.alloc(size, 7));
  return path;
}

describe('readLimited', () => {
  it.each([
    [0, 0],
    [0, 1],
    [9, 10],
    [10, 10],
  ])('reads a file of %i bytes with a limit of %i', async (size, limit) => {
    expect(await readLimited(await file(size), limit)).toEqual(Buffer.alloc(size, 7));
  });

  it.each([
    [1, 0],
    [11, 10],
  ])('reads nothing of a file of %i bytes with a limit of %i', async (size, limit) => {
    expect(await readLimited(await file(size), limit)).toBeUndefined();
  });

  it('uses no memory for a file that is far too large', async () => {
    const path = await file(0);
    await truncate(path, 2 ** 40);
    expect(await readLimited(path, 2 ** 30)).toBeUndefined();
  });

  it.runIf(hasDevices)('follows links, also to a file that is too large', async () => {
    const path = await file(3);
    const link = `${path}.link`;
    await symlink(path, link);
    expect(await readLimited(link, 3)).toHaveLength(3);
    expect(await readLimited(link, 2)).toBeUndefined();
  });

  it.each([
    ['a missing file', (folder: string) => join(folder, 'none'), 'ENOENT'],
    ['a path below a file', (folder: string) => join(folder, 'file', 'below'), 'ENOTDIR'],
    ['a folder', (folder: string) => join(folder, 'folder'), 'EISDIR'],
  ])('throws the error of the system for %s', async (_, pathIn, code) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'folder'));
    await expect(readLimited(pathIn(folder), 1_000_000)).rejects.toMatchObject({ code });
  });

  describe.runIf(hasDevices)('of devices and pipes', () => {
    it('stops at the limit of a device without an end', async () => {
      expect(await readLimited('/dev/zero', 100_000)).toBeUndefined();
    });

    it('has a lower limit for a device than for a file', async () => {
      expect(await readLimited('/dev/zero', 16 * MAX_ENDLESS_BYTES)).toBeUndefined();
    });

    it('reads an empty device', async () => {
      expect(await readLimited('/dev/null', 10)).toHaveLength(0);
    });

    it.each([
      [10, true],
      [11, false],
    ])('reads a pipe with a limit of 10 bytes that gives %i: %s', async (size, isRead) => {
      const path = join(await temporaryFolder(), 'pipe');
      execFileSync('mkfifo', [path]);
      const writer = createWriteStream(path);
      // The reader may close the pipe before it has read everything.
      writer.on('error', () => undefined);
      writer.end(Buffer.alloc(size, 7));
      expect((await readLimited(path, 10))?.length).toBe(isRead ? size : undefined);
    });
  });
});

describe('localFiles', () => {
  it('reads a file from the folder of the request file', async () => {
    const path = await file(3);
    expect(await localFiles.readFile('file', join(path, '..', 'test.ws'))).toHaveLength(3);
    expect(await readLocalText('file', join(path, '..', 'test.ws'))).toBe('\x07\x07\x07');
  });

  it.runIf(hasDevices)('refuses a device without an end with a sentence that names it', async () => {
    await expect(localFiles.readFile('/dev/zero', '/test.ws')).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/\/dev\/zero is larger than 1\.0 GiB, or is a device/) as string,
    });
    expect(await readLocalText('/dev/zero', '/test.ws')).toBeUndefined();
  });

  it.each(['readFile', 'checkFile'] as const)('%s names the missing file and the remedy', async (method) => {
    const folder = await temporaryFolder();
    await expect(localFiles[method]('none.bin', join(folder, 'test.ws'))).rejects.toMatchObject({
      code: 'disk.denied',
      message: expect.stringMatching(/none\.bin cannot be read .*: check the path/) as string,
    });
    expect(await readLocalText('none.bin', join(folder, 'test.ws'))).toBeUndefined();
  });
});

describe('the files of a block that listens', () => {
  it.each([
    ['certificate', { cert: 'large.pem' }],
    ['key', { cert: 'small.pem', key: 'large.pem' }],
  ])('have the limit of certificates, not that of messages: the %s', async (_, tls) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'small.pem'), '');
    await writeFile(join(folder, 'large.pem'), Buffer.alloc(MAX_CERTIFICATE_FILE + 1));
    await expect(blockCertificate(tls, '', join(folder, 'a.ws'), localFiles)).rejects.toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/large\.pem is larger than 4\.0 MiB/) as string,
    });
  });

  it('are read whole at their limit', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'full.pem'), Buffer.alloc(MAX_CERTIFICATE_FILE));
    const made = blockCertificate({ cert: 'full.pem' }, '', join(folder, 'a.ws'), localFiles);
    await expect(made).rejects.toMatchObject({ code: 'file.invalid' });
    await expect(made).rejects.not.toThrow(/is larger/);
  });

  it('are none if the block has no TLS', async () => {
    expect(await blockCertificate(undefined, '', '/a.ws', localFiles)).toBeUndefined();
  });
});

describe('readLimitedStream', () => {
  const chunks = (...sizes: number[]): Readable => Readable.from(sizes.map((size) => Buffer.alloc(size, 7)));

  it.each<[number[], number]>([
    [[], 0],
    [[], 1],
    [[10], 10],
    [[4, 4, 2], 10],
  ])('reads chunks of %j bytes with a limit of %i', async (sizes, limit) => {
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    expect(await readLimitedStream(chunks(...sizes), limit)).toEqual(Buffer.alloc(whole, 7));
  });

  it.each<[number[], number]>([
    [[1], 0],
    [[11], 10],
    [[4, 4, 3], 10],
  ])('reads nothing of chunks of %j bytes with a limit of %i', async (sizes, limit) => {
    expect(await readLimitedStream(chunks(...sizes), limit)).toBeUndefined();
  });

  it('ends a stream that has no end', async () => {
    let given = 0;
    const endless = new Readable({
      read() {
        given++;
        this.push(Buffer.alloc(1000));
      },
    });
    expect(await readLimitedStream(endless, 5000)).toBeUndefined();
    expect(endless.destroyed).toBe(true);
    expect(given).toBeLessThan(200);
  });

  it('passes on the error of a stream', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('It broke.'));
      },
    });
    await expect(readLimitedStream(broken, 10)).rejects.toThrow('It broke.');
  });
});
