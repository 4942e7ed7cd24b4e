import { expect, it } from 'vitest';
import type { Mark } from '../../../src/shared/queryProtocol.ts';
import { markedParts } from '../../../src/webview/timeline/markedParts.ts';

const spell = (text: string, marks: readonly Mark[]): string =>
  markedParts(text, marks)
    .map(({ text: part, isMarked }) => (isMarked ? `[${part}]` : part))
    .join('|');

it.each<[string, Mark[], string]>([
  ['tick', [], 'tick'],
  ['a tick b', [[2, 6]], 'a |[tick]| b'],
  ['tick', [[0, 4]], '[tick]'],
  [
    'tick tick',
    [
      [0, 4],
      [5, 9],
    ],
    '[tick]| |[tick]',
  ],
  [
    'abcd',
    [
      [0, 2],
      [2, 4],
    ],
    '[ab]|[cd]',
  ],
  ['abc', [[1, 99]], 'a|[bc]'],
  ['abc', [[7, 9]], 'abc'],
  ['', [[0, 1]], ''],
])('cuts %j at %j', (text, marks, expected) => {
  expect(spell(text, marks)).toBe(expected);
});
