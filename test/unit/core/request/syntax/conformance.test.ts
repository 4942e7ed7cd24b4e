import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import { plainTree } from './plainTree.ts';

// The conformance suite of the request-file language: each file beside what it is read as.
// UPDATE_REQUEST_CASES=1 writes what the parser says; look at the difference before it is committed.
const folder = join(import.meta.dirname, '../../../../fixtures/requests');
const inputs = readdirSync(folder).filter((name) => /\.(ws|http)$/.test(name));

describe('a request file is read as its case says', () => {
  test.each(inputs)('%s', (name) => {
    const kind = extname(name) === '.http' ? 'http' : 'ws';
    const tree = plainTree(analyzeRequestFile(readFileSync(join(folder, name), 'utf8'), kind));
    const expected = join(folder, `${basename(name, extname(name))}.json`);
    if (process.env['UPDATE_REQUEST_CASES'])
      writeFileSync(expected, `${JSON.stringify(tree, undefined, 1)}\n`);
    expect(tree).toEqual(JSON.parse(readFileSync(expected, 'utf8')));
  });

  test('and no case is without its file', () => {
    const names = new Set(inputs.map((name) => basename(name, extname(name))));
    const cases = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(cases.length).toBe(inputs.length);
    for (const name of cases) {
      expect(names).toContain(basename(name, '.json'));
      expect(existsSync(join(folder, name))).toBe(true);
    }
  });
});
