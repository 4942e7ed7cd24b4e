import { expect, it } from 'vitest';
import { panelKey, rovingIndex } from '../../../src/webview/base/keys.ts';

const event = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) => ({
  ...{ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false },
  ...held,
});

it.each([
  [event('f', { ctrlKey: true }), 'find'],
  [event('F', { metaKey: true }), 'find'],
  [event('F3'), 'next'],
  [event('F3', { shiftKey: true }), 'previous'],
])('%j is %s', (key, action) => {
  expect(panelKey(key)).toBe(action);
});

it.each([
  event('f'),
  event('f', { ctrlKey: true, shiftKey: true }),
  event('f', { ctrlKey: true, altKey: true }),
  event('F3', { altKey: true }),
  event('F3', { ctrlKey: true }),
  event('Enter'),
])("%j is not the panel's", (key) => {
  expect(panelKey(key)).toBeUndefined();
});

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
