import type { FaultPlan } from '../../core/request/plan/faultPlan.ts';
import { printSentence } from '../output/printSentence.ts';

/** Warns of faults that hold messages for ever, because the command line cannot release them. */
export function warnOfEndlessHolds(faults: readonly FaultPlan[]): void {
  for (const { kind, value, line, written } of faults) {
    if (kind !== 'hold' || value > 0) continue;
    const place = line === undefined ? '' : ` (line ${line + 1})`;
    printSentence(
      `“${written}”${place} holds messages until the proxy stops, because only the panel in VS Code releases them by hand: give it a time, such as hold 30s.`,
    );
  }
}
