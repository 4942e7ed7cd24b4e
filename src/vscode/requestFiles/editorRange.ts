import { Range } from 'vscode';
import type { Range as TreeRange } from '../../core/request/syntax/range.ts';

export function editorRange({ start, end }: TreeRange): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
