import type { CloseDetail, ErrorDetail } from '../../shared/timeline.ts';
import { EXIT, worst, type ExitStatus } from '../exitStatus.ts';
import { detailOf, type LineRow } from '../../engine/recordingFile.ts';

/** Close codes without an error: normal, going away, none given (RFC 6455, section 7.4.1). */
const GOOD_CODES: readonly unknown[] = [1000, 1001, 1005];

/**
 * Whether a connection failed before it connected because of a file that an option names: a key that is missing,
 * invalid, cannot be decrypted, or does not match.
 */
export function isFileFailure({ code, address }: Partial<ErrorDetail>): boolean {
  return (
    code === 'file.invalid' ||
    code === 'disk.denied' ||
    (code === 'tls.client-certificate' && address === undefined)
  );
}

/** The outcome of a connection, as far as it affects the exit status. */
export interface Outcome {
  /** Every row of the session, in order. */
  row(row: LineRow, payload: Uint8Array): void;
  /** This side ends the connection from now on, so its close code does not count. */
  closing(): void;
  /** A part of a message was lost in either direction. */
  lost(): void;
  /** Another part than the connection failed, such as an unreadable input or an incomplete recording. */
  fault(status: ExitStatus): void;
  /** Whether an error row has reported the reason of the last connection's end. */
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
        // Only the last connection counts: a reconnect repairs the end of the previous one.
        failed = badClose = false;
      }
      if (kind === 'close')
        badClose ||= !isOurs && !GOOD_CODES.includes((detailOf(payload) as Partial<CloseDetail>).code);
      if (kind === 'error') {
        const detail = detailOf(payload) as Partial<ErrorDetail>;
        // Ignores a reset that arrives while this side is closing.
        failed ||= !(isOurs && detail.code?.startsWith('tcp.'));
        if (isFileFailure(detail)) others.push(EXIT.usage);
      }
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
