import type { Range } from '../../../../../src/core/request/syntax/range.ts';
import type { RequestFile } from '../../../../../src/core/request/syntax/tree.ts';

/** The tree as JSON that reads well in a diff: a range is `line:character-line:character`, what is undefined is left out. */
export function plainTree(file: RequestFile): unknown {
  return JSON.parse(
    JSON.stringify(
      { range: file.range, blocks: file.blocks, diagnostics: file.diagnostics },
      (key, value) => {
        // The defaults stand in their block, the problems of directives among the diagnostics, and the keyword tells the role.
        if (key === 'defaults' || key === 'problems' || key === 'role') return undefined;
        return key === 'range' ? plainRange(value as Range) : (value as unknown);
      },
    ),
  );
}

function plainRange({ start, end }: Range): string {
  return `${start.line}:${start.character}-${end.line}:${end.character}`;
}
