import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dependenciesMatch, requireNode } from '../../../scripts/lib/dependencies.mjs';
import { temporaryFolder } from '../../support/folders.ts';

type Packages = Record<string, { version?: string; optional?: boolean }>;

async function project(wanted?: Packages, installed?: Packages): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'node_modules'));
  if (wanted) await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (installed) {
    await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  }
  return folder;
}

const ws = { 'node_modules/ws': { version: '8.23.0' } };
const lock = { '': { version: '0.1.0' }, ...ws };

describe('dependenciesMatch', () => {
  it('is true when every package is there in its version', async () => {
    expect(dependenciesMatch(await project(lock, ws))).toBe(true);
  });

  it('is true when an optional package, of another system, is not there', async () => {
    const other = { 'node_modules/@esbuild/aix-ppc64': { version: '0.28.2', optional: true } };
    expect(dependenciesMatch(await project({ ...lock, ...other }, ws))).toBe(true);
  });

  it('is false when a package is missing', async () => {
    expect(dependenciesMatch(await project(lock, {}))).toBe(false);
  });

  it('is false when a package has another version', async () => {
    expect(dependenciesMatch(await project(lock, { 'node_modules/ws': { version: '8.22.0' } }))).toBe(false);
  });

  it('is false when nothing was installed, or the install was interrupted', async () => {
    expect(dependenciesMatch(await project(lock))).toBe(false);
  });

  it('is false when the list of what is installed is torn', async () => {
    const folder = await project(lock);
    await writeFile(join(folder, 'node_modules/.package-lock.json'), '{ "packages": {');
    expect(dependenciesMatch(folder)).toBe(false);
  });
});

describe('requireNode', () => {
  it.each(['14.21.3', '18.20.8', '20.18.9'])('refuses Node %s and names the one to install', (version) => {
    expect(() => requireNode(version)).toThrow(
      `Node ${version} is too old to develop with: install Node 20.19 or newer.`,
    );
  });

  it.each(['20.19.0', '22.1.0', '24.0.0'])('takes Node %s', (version) => {
    requireNode(version);
  });
});
