import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import layers from '../../../.dependency-cruiser.mjs';
import { root } from '../../../scripts/lib/folders.mjs';
import { TICK_INTERVAL } from '../../../src/shared/limits.ts';

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly pathNot?: string };
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const architecture = read('ARCHITECTURE.md');

const foldersIn = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** The value of a constant in a source file that is written as a product of numbers. */
function constant(path: string, name: string): number {
  const written = new RegExp(`const ${name} = ([^;]+);`).exec(read(path))?.[1];
  if (written === undefined) throw new Error(`${path} has no ${name}`);
  const units: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2 };
  return written
    .split('*')
    .map((factor) => units[factor.trim()] ?? Number(factor.trim().replaceAll('_', '')))
    .reduce((product, factor) => product * factor, 1);
}

const MiB = 1024 ** 2;
const slab = constant('src/recording/write/batchWriter.ts', 'SLAB_BYTES') / MiB;
const held = constant('src/engine/backPressure.ts', 'HOLD_ABOVE') / MiB;
const flush = constant('src/engine/recorder.ts', 'FLUSH_INTERVAL');
const row = constant('src/recording/layout.ts', 'ROW_BYTES');
const reports = constant('src/workers/searches.ts', 'REPORT_INTERVAL');
const buckets = constant('src/recording/read/rates.ts', 'MAX_BUCKETS');

test.each([
  ['ARCHITECTURE.md', `a slab of at most ${slab} MiB`],
  ['ARCHITECTURE.md', `or ${flush} ms after its first row`],
  ['ARCHITECTURE.md', `More than ${held} MiB on the way to the disk`],
  ['ARCHITECTURE.md', `the rows of ${row} bytes`],
  ['ARCHITECTURE.md', `${buckets} buckets per panel`],
  ['ARCHITECTURE.md', `the new count, at most ${1000 / TICK_INTERVAL} times a second`],
  ['ARCHITECTURE.md', `The counts come back at most ${1000 / reports} times a second`],
  ['docs/performance.md', `into a slab of at most ${slab} MiB, and one row of ${row} bytes`],
  ['docs/performance.md', `row N is at N × ${row}`],
  ['docs/performance.md', `${buckets} buckets whose width doubles`],
  ['docs/recording-format.md', `one row of ${row} bytes`],
  ['docs/recording-format.md', `rows wait at most ${flush} ms for others`],
])('%s says: %s', (page, figure) => {
  expect(read(page).replace(/\s+/g, ' ')).toContain(figure);
});

describe('ARCHITECTURE.md', () => {
  it('names files that exist', () => {
    const named = architecture.matchAll(/`((?:src|docs|test|scripts)\/[\w/.-]+\.\w+)`/g);
    const paths = [...new Set([...named].map(([, path = '']) => path))];
    expect(paths.length).toBeGreaterThan(60);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names the folders of core and of the webview', () => {
    const paragraphs = architecture.slice(
      architecture.indexOf('Within `src/core`'),
      architecture.indexOf('`scripts/` holds'),
    );
    const named = [...paragraphs.matchAll(/`(\w+)\/`/g)].map(([, name = '']) => name);
    const folders = ['core', 'core/request', 'webview'].flatMap((folder) => foldersIn(`src/${folder}`));
    expect(folders.length).toBeGreaterThan(30);
    expect(folders.filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !folders.includes(name))).toEqual([]);
  });

  it('has a wall around each command of the command line', () => {
    const commands = [...read('src/cli/program.ts').matchAll(/^ {2}\['(\w+)', async/gm)].map(
      ([, name]) => name,
    );
    const [, walled = ''] = /const commands = '([\w|]+)'/.exec(read('.dependency-cruiser.mjs')) ?? [];
    expect(commands.length).toBeGreaterThan(8);
    expect(walled.split('|')).toEqual(commands.sort());
  });

  it('has a row for each layer, which imports what the layer check allows', () => {
    const rows = architecture.slice(
      architecture.indexOf('| folder |'),
      architecture.indexOf('Within `src/core`'),
    );
    const documented = new Map(
      [...rows.matchAll(/^\| `src\/(\w+)`.*\| ([^|]+) \|$/gm)].map(([, name = '', allowed = '']) => [
        name,
        allowed === 'nothing' ? [] : allowed.split(', '),
      ]),
    );
    const checked = (layers.forbidden as readonly Rule[]).flatMap(({ name, from, to }) => {
      const [, layer] = /^(\w+)-imports-only-/.exec(name) ?? [];
      const allowed = /^\^src\/\(([\w|]+)\)\/$/.exec(to.pathNot ?? '')?.[1]?.split('|');
      return layer !== undefined && allowed && from.path === `^src/(${layer})/`
        ? [[layer, allowed.filter((each) => each !== layer)] as const]
        : [];
    });
    expect(checked.length).toBeGreaterThan(8);
    for (const [layer, allowed] of checked) expect([layer, documented.get(layer)]).toEqual([layer, allowed]);

    expect(foldersIn('src').filter((name) => !documented.has(name))).toEqual([]);
  });
});
