import { expect, it } from 'vitest';
import { rovingIndex } from '../../../src/webview/list/rovingIndex.ts';

it.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 2, 0],
  ['ArrowDown', 1, 2],
  ['ArrowLeft', 0, 2],
  ['ArrowUp', 1, 0],
  ['Home', 2, 0],
  ['End', 0, 2],
  ['Enter', 0, undefined],
])('%s leads from %i of three to %s', (key, from, to) => {
  expect(rovingIndex(key, from, 3)).toBe(to);
});
