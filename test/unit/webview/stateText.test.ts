import { expect, it } from 'vitest';
import { stateText } from '../../../src/webview/header/stateText.ts';

const NOW = 1_800_000_000_000;
const attempt = { number: 2, of: 10, nextAt: NOW + 3_200 };

it.each([
  [{ state: 'open', attempt: undefined }, 'Open'],
  [{ state: 'waiting', attempt }, 'Reconnecting in 4 s (2 of 10)'],
  [{ state: 'waiting', attempt: { ...attempt, nextAt: NOW + 1_000 } }, 'Reconnecting in 1 s (2 of 10)'],
  [{ state: 'waiting', attempt: { ...attempt, nextAt: NOW } }, 'Reconnecting (2 of 10)'],
  [{ state: 'waiting', attempt: { ...attempt, nextAt: NOW - 5_000 } }, 'Reconnecting (2 of 10)'],
  [{ state: 'connecting', attempt }, 'Connecting (2 of 10)'],
  [{ state: 'waiting', attempt: undefined }, 'Waiting to reconnect'],
] as const)('says of %j: %s', (session, text) => {
  expect(stateText(session, NOW)).toBe(text);
});
