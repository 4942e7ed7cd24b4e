import { DuplexError } from '../../shared/errors.ts';
import type { Row } from '../../shared/timeline.ts';

/** What reading a payload needs of a session. */
export interface Recorded {
  readonly folder: string | undefined;
  readRows(from: number, count: number): Promise<Row[]>;
}

/**
 * One row and the folder that its payload is in.
 * @throws DuplexError `call.invalid` where there is no such row or nothing is recorded
 */
export async function payloadRow(session: Recorded, seq: number): Promise<{ row: Row; folder: string }> {
  if (session.folder === undefined)
    throw new DuplexError('call.invalid', 'This session is not recorded: its messages cannot be read back.');
  const [row] = await session.readRows(seq, 1);
  if (row === undefined)
    throw new DuplexError(
      'call.invalid',
      `There is no message ${seq} in the recording: choose one from the timeline.`,
    );
  return { row, folder: session.folder };
}
