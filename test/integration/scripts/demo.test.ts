import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EXAMPLES_PORT, examplesFor } from '../../../scripts/lib/demo.mjs';
import { root } from '../../../scripts/lib/folders.mjs';
import { temporaryFolder } from '../../support/folders.ts';

const originals = join(root, 'examples');

afterEach(() => vi.unstubAllEnvs());

describe('the examples of a start', () => {
  it('are those of the repository if the demo server has their port', async () => {
    expect(await examplesFor(EXAMPLES_PORT)).toBe(originals);
  });

  it('are a copy with the port of the demo server if that is another', async () => {
    // It is removed when the process ends, and this one ends late.
    vi.stubEnv('TMPDIR', await temporaryFolder());
    const folder = await examplesFor(41_234);
    expect(folder).not.toBe(originals);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(
      (await readdir(originals, { recursive: true })).sort(),
    );
    for (const name of (await readdir(folder)).filter((file) => /\.(ws|http)$/.test(file))) {
      const text = await readFile(join(folder, name), 'utf8');
      expect(text).toContain('localhost:41234');
      expect(text).not.toContain('localhost:8080');
      expect(text.replaceAll('localhost:41234', 'localhost:8080')).toBe(
        await readFile(join(originals, name), 'utf8'),
      );
    }
  });
});
