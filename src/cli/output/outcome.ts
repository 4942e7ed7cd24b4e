import type { CloseDetail, ErrorDetail } from '../../shared/timeline.ts';
import { EXIT, worst, type ExitStatus } from '../exitStatus.ts';
import { detailOf, type LineRow } from '../../engine/recordingFile.ts';

/** Close codes that say that nothing is wrong: normal, going away, none given (RFC 6455, section 7.4.1). */
const GOOD_CODES: readonly unknown[] = [1000, 1001, 1005];

/** How a connection went, as far as the exit status tells. */
export interface Outcome {
  /** Every row of the session, in order. */
  row(row: LineRow, payload: Uint8Array): void;
  /** From now on we end the connection, whatever code it closes with. */
  closing(): void;
  /** A part of a message was lost on either way. */
  lost(): void;
  /** Something else than the connection failed: an input that cannot be read, a recording that is not whole. */
  fault(status: ExitStatus): void;
  /** Whether an error row told why the last connection ended. */
  readonly failed: boolean;
  readonly status: ExitStatus;
}

export function createOutcome(): Outcome {
  let opened = false;
  let failed = false;
  let badClose = false;
  let isOurs = false;
  const others: ExitStatus[] = [];
  return {
    row({ kind }, payload) {
      if (kind === 'open') {
        opened = true;
        // The last connection counts: a reconnect has made good what ended the one before.
        failed = badClose = false;
      }
      if (kind === 'close')
        badClose ||= !isOurs && !GOOD_CODES.includes((detailOf(payload) as Partial<CloseDetail>).code);
      // Ignore a reset that arrives while we are closing.
      if (kind === 'error')
        failed ||= !(isOurs && (detailOf(payload) as Partial<ErrorDetail>).code?.startsWith('tcp.'));
    },
    closing() {
      isOurs = true;
    },
    lost() {
      others.push(EXIT.connection);
    },
    fault(status) {
      others.push(status);
    },
    get failed() {
      return failed;
    },
    get status() {
      return worst(...others, !opened || failed || badClose ? EXIT.connection : EXIT.ok);
    },
  };
}
