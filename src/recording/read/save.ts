import { DuplexError } from '../../shared/errors.ts';
import type { RecordingReader } from './reader.ts';
import { writeWhole } from '../wholeFile.ts';
import type { RowSet } from '../../shared/timelineProtocol.ts';
import { jsonLine } from './jsonLine.ts';
import { rowPages } from './rowPages.ts';

/** Bytes of one payload that are written at a time. */
const PAYLOAD_CHUNK = 4 * 1024 * 1024;

/** Characters that are written at a time: the lines of many small messages, or a part of that of a large one. */
const TEXT_CHUNK = 1024 * 1024;

export interface SaveOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Writes a row's stored payload to a file, bit for bit, whole or not at all.
 * @returns the bytes written
 */
export async function savePayload(
  reader: RecordingReader,
  seq: number,
  target: string,
  { signal, onProgress }: SaveOptions,
): Promise<number> {
  const total = reader.row(seq).stored;
  await writeWhole(target, async (file) => {
    for (let done = 0; done < total;) {
      checkCancelled(signal);
      const chunk = reader.payload(seq, done, PAYLOAD_CHUNK);
      await file.writeFile(chunk);
      done += chunk.length;
      onProgress(done, total);
    }
  });
  return total;
}

/** @throws DuplexError `call.cancelled` */
function checkCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new DuplexError('call.cancelled', 'Saving was cancelled; nothing was written.');
}

/**
 * Writes the rows of a set to a file, whole or not at all, each as the line of JSON that the command line prints
 * (docs/cli.md).
 * @returns the rows written
 */
export async function saveRows(
  reader: RecordingReader,
  set: RowSet,
  target: string,
  { signal, onProgress }: SaveOptions,
): Promise<number> {
  const total = 'numbers' in set ? set.numbers.length : set.end - set.from;
  let done = 0;
  await writeWhole(target, async (file) => {
    let pieces: string[] = [];
    let length = 0;
    const flush = async (): Promise<void> => {
      checkCancelled(signal);
      if (length === 0) return;
      const text = pieces.join('');
      pieces = [];
      length = 0;
      await file.writeFile(text);
    };
    for (const page of rowPages(reader, set)) {
      for (const { seq, row, payload } of page) {
        const { time, kind, direction } = row;
        for (const piece of jsonLine({ seq, time, kind, direction }, payload)) {
          pieces.push(piece);
          length += piece.length;
          if (length >= TEXT_CHUNK) await flush();
        }
      }
      done += page.length;
      onProgress(done, total);
    }
    await flush();
  });
  return done;
}
