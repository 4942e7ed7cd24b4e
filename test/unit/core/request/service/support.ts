import { analyzeRequestFile } from '../../../../../src/core/request/plan/analyzeRequestFile.ts';
import type { Position, Range } from '../../../../../src/core/request/syntax/range.ts';
import type { RequestFile, RequestFileKind } from '../../../../../src/core/request/syntax/tree.ts';

/** A file in which `¦` marks the place that is asked about. */
export interface Marked {
  readonly file: RequestFile;
  readonly lines: readonly string[];
  readonly lineAt: (line: number) => string;
  readonly at: Position;
}

export function marked(lines: readonly string[], kind: RequestFileKind = 'ws'): Marked {
  const line = lines.findIndex((text) => text.includes('¦'));
  const plain = lines.map((text) => text.replace('¦', ''));
  return {
    file: analyzeRequestFile(plain.join('\n'), kind),
    lines: plain,
    lineAt: (number) => plain[number] ?? '',
    at: { line, character: lines[line]?.indexOf('¦') ?? 0 },
  };
}

/** The text in a range of one line. */
export function textAt({ lines }: Marked, { start, end }: Range): string {
  return lines[start.line]!.slice(start.character, end.character);
}

/** `line:text` of places, so that a test shows where each stands. */
export function placed(source: Marked, ranges: readonly Range[]): string[] {
  return ranges.map((range) => `${range.start.line}:${textAt(source, range)}`);
}
