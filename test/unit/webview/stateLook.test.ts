import { expect, it } from 'vitest';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import { stateLook } from '../../../src/webview/header/stateLook.ts';
import { STATES } from '../../../src/webview/texts.ts';

it('tells open from failed from not connected by shape, not by colour alone', () => {
  const shapes = (['open', 'failed', 'idle', 'waiting', 'connecting'] as const).map(
    (state) => stateLook(state).icon,
  );
  expect(new Set(shapes).size).toBe(shapes.length);
});

it('moves only while something is under way', () => {
  expect(SESSION_STATES.filter((state) => stateLook(state).spins)).toEqual(['connecting', 'closing']);
});

it('has a word for each state', () => {
  expect(new Set(SESSION_STATES.map((state) => STATES[state])).size).toBe(SESSION_STATES.length);
});
