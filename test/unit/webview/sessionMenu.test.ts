import { describe, expect, it } from 'vitest';
import { PANEL_COMMANDS } from '../../../src/shared/panelProtocol.ts';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import type { SessionState } from '../../../src/shared/session.ts';
import { sessionMenu } from '../../../src/webview/header/sessionMenu.ts';

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

  it('disables what needs a connection where there is none', () => {
    expect(disabled('open')).toEqual([]);
    expect(disabled('waiting')).toEqual(['ping', 'closeWithCode']);
    expect(disabled('closed')).toEqual(['ping', 'closeWithCode', 'forceClose']);
    expect(disabled('idle')).toEqual(['ping', 'closeWithCode', 'forceClose']);
  });
});
