import { describe, expect, it } from 'vitest';
import { isLive, nextState } from '../../../../../src/core/session/life/stateMachine.ts';
import type { SessionEvent } from '../../../../../src/core/session/life/stateMachine.ts';
import type { SessionState } from '../../../../../src/shared/session.ts';

function walk(...events: SessionEvent[]): (SessionState | undefined)[] {
  let state: SessionState | undefined = 'idle';
  return events.map((event) => (state = state && nextState(state, event)));
}

describe('nextState', () => {
  it('goes through all states and starts again', () => {
    expect(walk('connect', 'opened', 'close', 'closed', 'connect')).toEqual([
      'connecting',
      'open',
      'closing',
      'closed',
      'connecting',
    ]);
  });

  it('fails only after a failed handshake', () => {
    expect(walk('connect', 'refused', 'connect')).toEqual(['connecting', 'failed', 'connecting']);
    expect(walk('connect', 'opened', 'lost')).toEqual(['connecting', 'open', 'closed']);
  });

  it('is closed when the connection is lost while closing', () => {
    expect(walk('connect', 'opened', 'close', 'lost').at(-1)).toBe('closed');
  });

  it('lets waiting be stopped', () => {
    expect(walk('connect', 'opened', 'retry', 'close')).toEqual(['connecting', 'open', 'waiting', 'closed']);
  });

  it.each([
    ['idle', 'close'],
    ['open', 'connect'],
    ['connecting', 'connect'],
    ['closing', 'connect'],
    ['closed', 'opened'],
  ] as const)('knows no way from %s by %s', (state, event) =>
    expect(nextState(state, event)).toBeUndefined(),
  );
});

describe('isLive', () => {
  it('is true for a state with a connection or an attempt', () => {
    const live = (['idle', 'connecting', 'open', 'closing', 'closed', 'waiting', 'failed'] as const).filter(
      isLive,
    );
    expect(live).toEqual(['connecting', 'open', 'closing', 'waiting']);
  });
});
