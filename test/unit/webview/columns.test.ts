import { describe, expect, it } from 'vitest';
import { activeId, cellAt, columnTemplate, visibleColumns } from '../../../src/webview/timeline/columns.ts';
import type { ColumnChoice } from '../../../src/webview/timeline/columns.ts';

const shown = (choice: Partial<ColumnChoice>): string[] =>
  visibleColumns({
    width: 'wide',
    isRoomy: choice.width === undefined,
    mode: 'clock',
    paths: [],
    ...choice,
  }).map((column) => (column.name === 'value' ? column.path : column.name));

describe('the columns in view', () => {
  it('are all columns if there is room', () => {
    expect(shown({})).toEqual(['seq', 'time', 'delta', 'direction', 'kind', 'message', 'size']);
  });

  it('have no delta if the time column shows it', () => {
    expect(shown({ mode: 'previous' })).toEqual(['seq', 'time', 'direction', 'kind', 'message', 'size']);
  });

  it('are fewer in a narrower timeline', () => {
    expect(shown({ width: 'medium' })).toEqual(['seq', 'time', 'direction', 'kind', 'message', 'size']);
    expect(shown({ width: 'narrow' })).toEqual(['seq', 'direction', 'kind', 'message']);
  });

  it('have those of the user behind the message, as far as there is room', () => {
    const paths = ['$.type', '$.id'];
    expect(shown({ paths })).toEqual([
      ...['seq', 'time', 'delta', 'direction', 'kind', 'message', '$.type', '$.id', 'size'],
    ]);
    expect(shown({ paths, width: 'medium' })).toEqual([
      ...['seq', 'time', 'direction', 'kind', 'message', '$.type', 'size'],
    ]);
    expect(shown({ paths, width: 'narrow' })).toEqual(['seq', 'direction', 'kind', 'message']);
  });

  it('are two of the user instead of the delta if there is no room for all', () => {
    const choice = { isRoomy: false, paths: ['$.a', '$.b', '$.c'] };
    expect(shown(choice)).toEqual(['seq', 'time', 'direction', 'kind', 'message', '$.a', '$.b', 'size']);
    expect(shown({ isRoomy: false })).toContain('delta');
  });

  it('know which value they show', () => {
    const columns = visibleColumns({ width: 'wide', isRoomy: true, mode: 'clock', paths: ['$.a', '$.b'] });
    expect(columns.filter(({ name }) => name === 'value')).toEqual([
      { name: 'value', path: '$.a', index: 0 },
      { name: 'value', path: '$.b', index: 1 },
    ]);
  });

  it('have one track each, and kinds are icons in a narrow timeline', () => {
    for (const width of ['wide', 'medium', 'narrow'] as const) {
      const columns = visibleColumns({ width, isRoomy: width === 'wide', mode: 'clock', paths: ['$.a'] });
      const tracks = columnTemplate(columns, width).match(
        /calc\([^)]*\) ?\*? ?1?c?h?\)?|minmax\([^)]*\)|\S+/g,
      )!;
      expect(tracks.length).toBe(columns.length);
      expect(columnTemplate(columns, width).includes('9ch')).toBe(width === 'wide');
    }
  });
});

describe('the cells of a row', () => {
  it('come after the row as a whole', () => {
    expect(cellAt(undefined, 1, 7)).toBe(0);
    expect(cellAt(0, 1, 7)).toBe(1);
    expect(cellAt(1, -1, 7)).toBe(0);
    expect(cellAt(0, -1, 7)).toBeUndefined();
    expect(cellAt(undefined, -1, 7)).toBeUndefined();
  });

  it('end with the last column in view', () => {
    expect(cellAt(6, 1, 7)).toBe(6);
    expect(cellAt(3, 1, 4)).toBe(3);
  });

  it('have unique ids', () => {
    expect(activeId(7, undefined)).toBe('row-7');
    expect(activeId(7, 2)).toBe('row-7-cell-2');
  });
});
