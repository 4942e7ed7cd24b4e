import { describe, expect, it } from 'vitest';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import { connectionAction } from '../../../src/webview/header/connectionAction.ts';

describe('connectionAction', () => {
  it.each([
    ['idle', 'Connect', 'connect'],
    ['connecting', 'Cancel', 'disconnect'],
    ['open', 'Disconnect', 'disconnect'],
    ['closing', 'Force Close', 'disconnect'],
    ['closed', 'Reconnect', 'connect'],
    ['waiting', 'Cancel', 'disconnect'],
    ['failed', 'Reconnect', 'connect'],
  ] as const)('is, while %s, to %s', (state, label, call) => {
    expect(connectionAction(state)).toMatchObject({ label, call });
  });

  it('is there in every state', () => {
    for (const state of SESSION_STATES) expect(connectionAction(state).label).not.toBe('');
  });
});
