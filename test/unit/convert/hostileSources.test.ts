import { join, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseImportFile, type ImportSource } from '../../../src/core/convert/importSource.ts';
import { printImported } from '../../../src/core/convert/printImported.ts';
import { readImportSource } from '../../../src/files/importSource.ts';
import { IMPORT_FIXTURES, importedFrom } from './importing.ts';

const FIXTURES = [
  ['har', 'chrome.har'],
  ['postman', 'shop.postman_collection.json'],
  ['postman-v3', 'postman'],
  ['insomnia', 'insomnia-v4.json'],
  ['insomnia', 'insomnia-v5.yaml'],
  ['bruno', 'bruno'],
  ['bruno', 'opencollection'],
  ['yaak', 'yaak.json'],
  ['asyncapi', 'asyncapi-2.json'],
  ['asyncapi', 'asyncapi-3.yaml'],
] as const;

/** Changes the text of each file, which is then read anew. */
async function withTexts(source: ImportSource, change: (text: string) => string): Promise<ImportSource> {
  const files = source.files.map(({ path, text }) => parseImportFile(path, change(text)));
  return { ...source, files: await Promise.all(files) };
}

const brackets = '['.repeat(100_000);
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...[...'bcdefgh'].map((name, index) => {
    const before = 'abcdefg'[index];
    return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
  }),
].join('\n');

const TEXTS: readonly (readonly [string, (text: string) => string])[] = [
  ['cut off in the middle', (text) => text.slice(0, text.length / 2)],
  ['not what it says', () => '<!DOCTYPE html><p>Sign in</p>'],
  ['deep in brackets', () => brackets],
  ['deep in closed brackets', () => brackets + ']'.repeat(100_000)],
  ['a bomb of aliases', () => BOMB],
];

/** The same data with other names, and with members that would change objects. */
function renamed(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, name));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    (key === 'name' || key === 'title') && typeof each === 'string' ? name : renamed(each, name),
  ]);
  // Both become members of their own.
  return Object.fromEntries([...entries, ['__proto__', { polluted: 1 }], ['constructor', { polluted: 1 }]]);
}

const NAMES = [
  ['the same', 'same'],
  ['out of the folder', '../../../evil'],
  ['absolute', '/tmp/evil'],
  ['of Windows', '..\\..\\C:\\evil'],
  ['with NUL', 'a\0b'],
  ['long', 'x'.repeat(10_000)],
  ['of every object', '__proto__'],
] as const;

/** One sentence, or files that all lie in the folder, each under its own name. */
function requireHarmless(source: ImportSource, id: string): { readonly isImported: boolean } {
  const began = performance.now();
  const result = importedFrom(source, id);
  if ('problem' in result) expect(result.problem).toMatch(/^[^\n]{1,400}\.$/);
  else {
    const { files, recordings } = printImported(result, 'source');
    const names = [...files, ...recordings].map(({ name }) => name);
    const folder = resolve('/out');
    for (const name of names) {
      expect(name).not.toContain('\0');
      expect(join(folder, name).startsWith(folder + sep)).toBe(true);
      for (const part of name.split('/')) expect(Buffer.byteLength(part)).toBeLessThan(256);
    }
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  }
  expect(performance.now() - began).toBeLessThan(5000);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(({} as { constructor: unknown }).constructor).toBe(Object);
  return { isImported: !('problem' in result) };
}

describe.each(FIXTURES)('%s: %s', (id, path) => {
  it.each(TEXTS)('%s', { timeout: 30_000 }, async (_, change) => {
    requireHarmless(await withTexts(await readImportSource(join(IMPORT_FIXTURES, path)), change), id);
  });

  it.each(NAMES)('names: %s', async (_, name) => {
    const source = await readImportSource(join(IMPORT_FIXTURES, path));
    const files = source.files.map(({ data, text, ...file }) => ({
      ...file,
      text: text.replace(/^( *name: ).*$/gm, (_line, key: string) => key + name),
      ...(data !== undefined && { data: renamed(data, name) }),
    }));
    expect(requireHarmless({ ...source, files }, id)).toEqual({ isImported: true });
  });
});

describe.each(FIXTURES.filter(([id]) => id === 'asyncapi'))('%s: %s', (id, path) => {
  it.each([
    ['out of the folder', '../../../../etc/passwd'],
    ['out of the folder, with a pointer', '../../../../etc/passwd#/root'],
    ['to an absolute file', 'file:///etc/passwd'],
    ['to the network', 'http://127.0.0.1:1/schema.json#/a'],
    ['to a file beside it', './other.yaml#/components/messages/a'],
    ['to nothing', '#/components/nothing'],
    ['to what every object has', '#/__proto__/polluted'],
    ['to its constructor', '#/constructor/prototype'],
    ['to the whole document', '#/'],
    ['empty', ''],
    ['of a megabyte', `#/${'a/'.repeat(512 * 1024)}`],
  ])(
    'references %s are left out and reported, and nothing is read',
    { timeout: 30_000 },
    async (_, reference) => {
      const source = await readImportSource(join(IMPORT_FIXTURES, path));
      const redirected = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(redirected);
        if (typeof value !== 'object' || value === null) return value;
        return Object.fromEntries(
          Object.entries(value).map(([key, each]) => [key, key === '$ref' ? reference : redirected(each)]),
        );
      };
      const files = source.files.map((file) => ({ ...file, data: redirected(file.data) }));
      requireHarmless({ ...source, files }, id);
      const result = importedFrom({ ...source, files }, id);
      const said =
        'problem' in result ? result.problem : result.collections.flatMap(({ left }) => left ?? []).join(' ');
      expect(said).toMatch(/is left out|are left out|no channel|It has no/);
      expect(said.length).toBeLessThan(20_000);
      const { files: written } = 'problem' in result ? { files: [] } : printImported(result, 'source');
      for (const { text } of written) expect(text).not.toContain('root:');
    },
  );
});
