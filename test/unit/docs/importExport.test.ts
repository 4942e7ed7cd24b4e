import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODE_TARGETS } from '../../../src/core/codegen/targets.ts';
import { IMPORTERS } from '../../../src/core/convert/importers.ts';
import { ROW_EXPORT_KINDS } from '../../../src/recording/export/exportRows.ts';
import { IMPORT_FORMATS } from '../../../src/shared/importProtocol.ts';

const PAGE = readFileSync('docs/import-export.md', 'utf8');

/** The rows of the table below a heading: the texts of their cells. */
function table(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = PAGE.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const rows = section
    .split(/^#+ /m)[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
  return rows.filter(([first = '']) => !/^-*$/.test(first));
}

const idsOf = (heading: string): string[] =>
  table(heading).flatMap(([first = '']) => /^`(\w[\w.-]*)`$/.exec(first)?.[1] ?? []);

it('the formats of --from are those of the importers, in the order in which they are tried', () => {
  expect(IMPORTERS.map(({ id }) => id)).toEqual(IMPORT_FORMATS);
});

describe('docs/import-export.md', () => {
  it('has a row for each import format, with the parts that are carried over and left out', () => {
    const wanted = IMPORTERS.map(({ id }) => id).filter((id) => id !== 'command-line');
    expect(idsOf('Collections of other clients').sort()).toEqual([...wanted].sort());
    for (const [id, ...cells] of table('Collections of other clients').slice(1)) {
      expect(cells, id).toHaveLength(3);
      for (const cell of cells) expect(cell.length, id).toBeGreaterThan(5);
    }
  });

  it('has a row for each command line, kind of export and target', () => {
    expect(
      table('Command lines')
        .map(([first]) => first)
        .filter((each) => each !== ''),
    ).toEqual(['curl', 'wscat', 'websocat']);
    expect(idsOf('Recordings').sort()).toEqual([...ROW_EXPORT_KINDS, 'ws'].sort());
    expect(idsOf('Code in other languages').sort()).toEqual(Object.keys(CODE_TARGETS).sort());
  });

  it('has the waits, pings, TLS and proxies of each target', () => {
    const [head, ...rows] = table('Code in other languages');
    expect(head).toEqual(['target', 'client', 'waits and expectations', 'pings', 'TLS', 'proxy']);
    for (const row of rows)
      expect(
        row.filter((cell) => cell !== ''),
        row[0],
      ).toHaveLength(6);
  });
});
