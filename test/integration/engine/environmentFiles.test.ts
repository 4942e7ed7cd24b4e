import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentPaths, readEnvironments } from '../../../src/engine/environmentFiles.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'duplex-environments-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

describe('readEnvironments', () => {
  test('finds the files of the folder first, then those above, up to the root and no further', async () => {
    write('http-client.env.json', '{"outside": {}}');
    const far = write('w/http-client.env.json', '{"far": {}}');
    const near = write('w/a/b/http-client.env.json', '{"near": {}}');
    const secret = write('w/a/http-client.private.env.json', '{"near": {}}');
    const { environmentFiles } = await readEnvironments(
      join(root, 'w/a/b/x.ws'),
      join(root, 'w'),
      'the working directory',
    );
    expect(environmentFiles.map(({ path, isPrivate }) => [path, isPrivate])).toEqual([
      [near, false],
      [secret, true],
      [far, false],
    ]);
  });

  test('looks only into the folder of a file that lies elsewhere', async () => {
    write('http-client.env.json', '{"above": {}}');
    const own = write('elsewhere/http-client.env.json', '{"own": {}}');
    const { environmentFiles } = await readEnvironments(
      join(root, 'elsewhere/x.ws'),
      join(root, 'w'),
      'the working directory',
    );
    expect(environmentFiles.map(({ path }) => path)).toEqual([own]);
  });

  test('reads the nearest .env only', async () => {
    write('.env', 'A=far\nB=far');
    const near = write('a/.env', '# comment\nexport A="one\\ntwo"\nC=\'$A\' # c\nD=\n');
    const { dotenv } = await readEnvironments(join(root, 'a/b/x.ws'), root, 'the working directory');
    expect(dotenv?.path).toBe(near);
    expect(Object.fromEntries(dotenv!.values)).toEqual({ A: 'one\ntwo', C: '$A', D: '' });
  });

  test('accepts a folder without them', async () => {
    expect(await readEnvironments(join(root, 'x.ws'), root, 'the working directory')).toEqual({
      environmentFiles: [],
      dotenv: { path: undefined, values: new Map(), problem: undefined },
      searched: { folder: root, root, rootIs: 'the working directory', isBelowRoot: true },
    });
  });

  test('reports a file that cannot be read', async () => {
    mkdirSync(join(root, 'http-client.env.json'));
    mkdirSync(join(root, '.env'));
    write('http-client.private.env.json', ' '.repeat(4 * 1024 * 1024 + 1));
    const { environmentFiles, dotenv } = await readEnvironments(
      join(root, 'x.ws'),
      root,
      'the working directory',
    );
    expect(environmentFiles.map(({ problem }) => problem?.message)).toEqual([
      expect.stringContaining('http-client.env.json cannot be read (EISDIR') as string,
      expect.stringContaining('more than 4194304') as string,
    ]);
    expect(dotenv?.problem).toContain('EISDIR');
  });
});

test('environmentPaths are all that is looked for', () => {
  const names = ['http-client.env.json', 'http-client.private.env.json', '.env'];
  expect(environmentPaths(join(root, 'a/x.ws'), root)).toEqual([
    ...names.map((name) => join(root, 'a', name)),
    ...names.map((name) => join(root, name)),
  ]);
});
