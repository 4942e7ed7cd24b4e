import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { optionsPage } from '../../../scripts/lib/optionsPage.ts';
import { OPTION_ENTRIES } from '../../../src/core/session/options/optionTable.ts';

test('docs/options.md matches the table of options: npm run docs writes it', () => {
  expect(readFileSync('docs/options.md', 'utf8')).toBe(optionsPage());
});

test('it has a row for every option', () => {
  const rows = optionsPage()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.map((line) => /`(\w+)` \|$/.exec(line)?.[1])).toEqual(OPTION_ENTRIES.map(([key]) => key));
  for (const line of rows) expect(line.match(/(?<!\\)\|/g)).toHaveLength(6);
});
