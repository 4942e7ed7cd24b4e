import type { CloseDetail, ErrorDetail } from '../../shared/timeline.ts';
import { EXIT, worst, type ExitStatus } from '../exitStatus.ts';
import { detailOf, type LineRow } from '../../engine/recordedLines.ts';

/** Close codes that say that nothing is wrong: normal, going away, none given (RFC 6455, section 7.4.1). */
const GOOD_CODES: readonly unknown[] = [1000, 1001, 1005];

/** How a connection went, as far as the exit status tells. */
export interface Outcome {
  /** Every row of the session, in order. */
  row(row: LineRow, payload: Uint8Array): void;
  /** From now on the end is ours: whatever code it comes with. */
  closing(): void;
  /** Something of ours went wrong: an input that could not be read, a recording that is not whole. */
  fault(): void;
  readonly status: ExitStatus;
}

export function createOutcome(): Outcome {
  let opened = false;
  let failed = false;
  let faulty = false;
  let ours = false;
  return {
    row({ kind }, payload) {
      if (kind === 'open') {
        opened = true;
        // Of several connections the last one counts: a reconnect has made good what ended the one before.
        failed = false;
      }
      if (kind === 'close')
        failed ||= !ours && !GOOD_CODES.includes((detailOf(payload) as Partial<CloseDetail>).code);
      // A peer that cuts the wire where we were about to hang up did no harm.
      if (kind === 'error')
        failed ||= !(ours && (detailOf(payload) as Partial<ErrorDetail>).code?.startsWith('tcp.'));
    },
    closing() {
      ours = true;
    },
    fault() {
      faulty = true;
    },
    get status() {
      return worst(faulty ? EXIT.usage : EXIT.ok, !opened || failed ? EXIT.connection : EXIT.ok);
    },
  };
}
