import { existsSync } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRequestFile } from '../../../../src/cli/requestFiles/readRequestFiles.ts';
import { temporaryFolder } from '../../../support/folders.ts';

const chosen = { environment: undefined, overrides: new Map<string, string>() };

async function problemOf(path: string): Promise<string | undefined> {
  const read = await readRequestFile(path, chosen);
  return 'problem' in read ? read.problem : undefined;
}

describe('readRequestFile', () => {
  it('reads an empty file as one without requests', async () => {
    const path = join(await temporaryFolder(), 'empty.ws');
    await writeFile(path, '');
    expect(await readRequestFile(path, chosen)).toMatchObject({ path, file: { requests: [] } });
  });

  it.each(['http', 'rest', 'HTTP'])('leaves the other requests of a .%s file alone', async (extension) => {
    const path = join(await temporaryFolder(), `mixed.${extension}`);
    await writeFile(path, 'GET http://127.0.0.1/\n\n###\nWEBSOCKET ws://127.0.0.1/\n');
    expect(await readRequestFile(path, chosen)).toMatchObject({ file: { requests: [{}], diagnostics: [] } });
  });

  it('reads bytes that are not UTF-8, and reports the line', async () => {
    const path = join(await temporaryFolder(), 'bytes.ws');
    await writeFile(path, Buffer.from([0xff, 0xfe, 0, 0x80]));
    expect(await readRequestFile(path, chosen)).toMatchObject({
      file: { diagnostics: [{ severity: 'error', code: 'target.expected' }] },
    });
  });

  it('reports a missing file with its name and the remedy', async () => {
    const path = join(await temporaryFolder(), 'none.ws');
    expect(await problemOf(path)).toBe(`${path} cannot be read: there is no such file, correct its name.`);
    expect(await problemOf(join(path, 'below.ws'))).toContain('there is no such file');
  });

  it('reports a folder', async () => {
    const path = join(await temporaryFolder(), 'folder.ws');
    await mkdir(path);
    expect(await problemOf(path)).toBe(`${path} cannot be read: it is a folder, name a request file.`);
  });

  it('reports a file that does not fit in a string, without reading it', async () => {
    const path = join(await temporaryFolder(), 'large.ws');
    await writeFile(path, '');
    await truncate(path, 256 * 1024 * 1024 + 1);
    expect(await problemOf(path)).toBe(`${path} is larger than 256 MiB, or has no end: name a smaller file.`);
  });

  it.runIf(existsSync('/dev/zero'))('reports a device without an end', async () => {
    expect(await problemOf('/dev/zero')).toContain('/dev/zero is larger than 256 MiB, or has no end');
  });
});
