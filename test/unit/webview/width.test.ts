import { expect, it } from 'vitest';
import { widthOf } from '../../../src/webview/base/width.ts';

it.each([
  [250, 'narrow'],
  [400, 'narrow'],
  [401, 'medium'],
  [700, 'medium'],
  [701, 'wide'],
])('%i px are %s', (pixels, width) => {
  expect(widthOf(pixels)).toBe(width);
});
