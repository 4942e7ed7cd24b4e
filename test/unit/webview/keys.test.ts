import { expect, it } from 'vitest';
import { panelKey } from '../../../src/webview/keys.ts';

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
