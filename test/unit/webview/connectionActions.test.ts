import { describe, expect, it } from 'vitest';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import { connectionActions } from '../../../src/webview/header/connectionActions.ts';

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

  it('are to hurry and to give up while a reconnect is waited for', () => {
    expect(connectionActions('waiting', true)).toEqual([
      { label: 'Connect Now', call: 'connect', isPrimary: true },
      { label: 'Stop', call: 'disconnect', isPrimary: false },
    ]);
  });

  it('leave the first place to the card of a failure', () => {
    for (const state of ['closed', 'failed'] as const) {
      expect(connectionActions(state, true)).toEqual([
        { label: 'Reconnect', call: 'connect', isPrimary: false },
      ]);
    }
  });

  it('are there in every state, with one primary at most', () => {
    for (const state of SESSION_STATES) {
      expect(connectionActions(state, false).filter(({ isPrimary }) => isPrimary).length).toBeLessThanOrEqual(
        1,
      );
    }
  });
});
