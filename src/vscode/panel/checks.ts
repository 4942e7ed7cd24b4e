import { DuplexError } from '../../shared/errors.ts';
import type { View } from '../../shared/formatProtocol.ts';
import { MAX_PULL } from '../../shared/limits.ts';
import { COMPOSER_MODES } from '../../shared/panelProtocol.ts';
import type { Draft } from '../../shared/panelProtocol.ts';

// The page shows what a server sent. Should that ever run in it, it still cannot ask for more than these let through.

const VIEWS: readonly View[] = ['pretty', 'raw', 'hex'];

/** Long enough for any name that the page makes up. */
const MAX_NAME = 100;

/** @throws DuplexError `call.invalid` unless it is a row's or a line's number */
export function checkIndex(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw refused('a position');
}

/** @throws DuplexError `call.invalid` unless one pull may ask for so many */
export function checkCount(value: unknown): number {
  if (checkIndex(value) <= MAX_PULL) return value as number;
  throw refused('a count');
}

/** @throws DuplexError `call.invalid` unless it can name a document */
export function checkName(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_NAME) return value;
  throw refused('a document name');
}

/** @throws DuplexError `call.invalid` unless there is such a view */
export function checkView(value: unknown): View {
  const view = VIEWS.find((known) => known === value);
  if (view === undefined) throw refused('a view');
  return view;
}

/** @throws DuplexError `call.invalid` unless it has a known mode and a text */
export function checkDraft(value: unknown): Draft {
  const { mode, text } = (value ?? {}) as Partial<Record<keyof Draft, unknown>>;
  const known = COMPOSER_MODES.find((each) => each === mode);
  if (known === undefined || typeof text !== 'string') throw refused('a draft');
  return { mode: known, text };
}

function refused(what: string): DuplexError {
  return new DuplexError(
    'call.invalid',
    `The panel sent ${what} that is not valid: close it and open it again.`,
  );
}
