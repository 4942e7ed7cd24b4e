import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../src/core/protocol/builtInProtocols.ts';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { readTable } from '../../../src/engine/protocolTables.ts';

const page = readFileSync('docs/protocols.md', 'utf8');

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text!,
  );
}

it('has a table that is valid', async () => {
  const tables = blocks('json');
  expect(tables).toHaveLength(1);
  expect((await readTable(tables[0]!)).problems).toEqual([]);
});

describe('the requests of the page', () => {
  it.each(blocks('ws').map((text) => [/@protocol (\S+)/.exec(text)![1]!, text]))(
    '%s is valid',
    (id, text) => {
      const { requests, diagnostics } = analyzeRequestFile(text);
      expect(diagnostics.filter(({ severity }) => severity !== 'hint')).toEqual([]);
      expect(requests).toHaveLength(1);
      expect(requests[0]!.steps.length).toBeGreaterThan(1);
      expect(PROTOCOLS.map((protocol) => protocol.id)).toContain(id);
    },
  );

  it('are there for each section about a protocol', () => {
    const sections = page.split(/^## /m).filter((section) => /^[^\n]*\(`[a-z.-]+`/.test(section));
    expect(sections.length).toBeGreaterThanOrEqual(18);
    for (const section of sections) {
      const [, id] = /\(`([a-z.-]+)`/.exec(section)!;
      const named = /^```ws\n[^]*?@protocol (\S+)/m.exec(section)?.[1];
      expect(section, `a request of ${id}`).toContain(`\`${named}\``);
    }
  });
});
