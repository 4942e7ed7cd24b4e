import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readTable } from '../../../src/engine/protocolTables.ts';

const page = readFileSync('docs/protocols.md', 'utf8');

it('has a table that is valid', async () => {
  const tables = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text]) => text!);
  expect(tables).toHaveLength(1);
  expect((await readTable(tables[0]!)).problems).toEqual([]);
});
