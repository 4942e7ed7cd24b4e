import type { PanelState } from '../../shared/panelProtocol.ts';
import { stateText } from '../header/stateText.ts';
import { TEXT } from '../texts.ts';
import { count } from './figures.ts';

/**
 * What a screen reader is told of a change: a new state, else that rows came where the user follows them. Why a session
 * failed is said by its card.
 * @param now in milliseconds since the epoch
 */
export function news(
  before: PanelState,
  after: PanelState,
  follows: boolean,
  now: number,
): string | undefined {
  if (before.session.state !== after.session.state) return stateText(after.session, now);
  if (before.rows !== after.rows && follows) return TEXT.rows(count(after.rows));
  return undefined;
}
