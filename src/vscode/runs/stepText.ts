import { l10n } from 'vscode';
import { makeVisible } from '../../core/format/visible.ts';
import type { RunFailure, StepResult } from '../../core/request/run/runResult.ts';

/** Characters of a line's end that say how it went. */
const MAX_TEXT = 120;

/** How a step went, in the few words that stand beside it. What a server sent is in it, made visible. */
export function stepText({ status, failure, latency, duration }: StepResult): string {
  if (status === 'skipped') return l10n.t('not reached');
  if (failure) return short(failureText(failure));
  const took = latency ?? duration;
  return took < 1 ? l10n.t('{0} ms', took.toFixed(1)) : l10n.t('{0} ms', Math.round(took));
}

/** Expected and actual where there are both, else the whole sentence. */
function failureText({ expected, actual, message }: RunFailure): string {
  return expected !== undefined && actual !== undefined
    ? l10n.t('expected {0}, got {1}', expected, actual)
    : message;
}

function short(text: string): string {
  const visible = makeVisible(text);
  return visible.length > MAX_TEXT ? `${visible.slice(0, MAX_TEXT)}…` : visible;
}
