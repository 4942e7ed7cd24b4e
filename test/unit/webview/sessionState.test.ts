import { describe, expect, it } from 'vitest';
import { PANEL_COMMANDS } from '../../../src/shared/panelProtocol.ts';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import type { SessionState } from '../../../src/shared/session.ts';
import {
  connectionActions,
  sessionMenu,
  stateLook,
  stateText,
} from '../../../src/webview/header/sessionState.ts';
import { STATES } from '../../../src/webview/header/headerTexts.ts';

describe('connectionActions', () => {
  it.each([
    ['idle', 'Connect', 'connect', true],
    ['connecting', 'Cancel', 'disconnect', false],
    ['open', 'Disconnect', 'disconnect', false],
    ['closing', 'Force Close', 'disconnect', false],
    ['closed', 'Reconnect', 'connect', true],
    ['failed', 'Reconnect', 'connect', true],
  ] as const)('are, while %s, to %s', (state, label, call, isPrimary) => {
    expect(connectionActions(state, false)).toEqual([{ label, call, isPrimary }]);
  });

  it('are Connect Now and Stop while a reconnect is scheduled', () => {
    expect(connectionActions('waiting', true)).toEqual([
      { label: 'Connect Now', call: 'connect', isPrimary: true },
      { label: 'Stop', call: 'disconnect', isPrimary: false },
    ]);
  });

  it('leave the primary action to the card of a failure', () => {
    for (const state of ['closed', 'failed'] as const) {
      expect(connectionActions(state, true)).toEqual([
        { label: 'Reconnect', call: 'connect', isPrimary: false },
      ]);
    }
  });

  it('exist in every state, with one primary action at most', () => {
    for (const state of SESSION_STATES) {
      expect(connectionActions(state, false).filter(({ isPrimary }) => isPrimary).length).toBeLessThanOrEqual(
        1,
      );
    }
  });
});

it('distinguishes open, failed and not connected by shape, not by colour alone', () => {
  const shapes = (['open', 'failed', 'idle', 'waiting', 'connecting'] as const).map(
    (state) => stateLook(state).icon,
  );
  expect(new Set(shapes).size).toBe(shapes.length);
});

it('moves only during a change of state', () => {
  expect(SESSION_STATES.filter((state) => stateLook(state).spins)).toEqual(['connecting', 'closing']);
});

it('has a word for each state', () => {
  expect(new Set(SESSION_STATES.map((state) => STATES[state])).size).toBe(SESSION_STATES.length);
});

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

const disabled = (state: SessionState): string[] =>
  sessionMenu(state)
    .filter(({ isDisabled }) => isDisabled)
    .map(({ value }) => value);

describe('the menu of a session', () => {
  it('offers every command in every state, in one order', () => {
    for (const state of SESSION_STATES) {
      const values = sessionMenu(state).map(({ value }) => value);
      expect([...values].sort()).toEqual([...PANEL_COMMANDS].sort());
      expect(values).toEqual(sessionMenu('open').map(({ value }) => value));
    }
  });

  it('disables the commands that need a connection without one', () => {
    expect(disabled('open')).toEqual([]);
    expect(disabled('waiting')).toEqual(['ping', 'closeWithCode']);
    expect(disabled('closed')).toEqual(['ping', 'closeWithCode', 'forceClose']);
    expect(disabled('idle')).toEqual(['ping', 'closeWithCode', 'forceClose']);
  });
});
