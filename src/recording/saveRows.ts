import type { RowSet } from '../shared/timelineProtocol.ts';
import { jsonLine } from './jsonLine.ts';
import type { RecordingReader } from './reader.ts';
import { rowPages } from './rowPages.ts';
import { checkCancelled } from './savePayload.ts';
import type { SaveOptions } from './savePayload.ts';
import { writeWhole } from './wholeFile.ts';

/** Characters that are written at a time: the lines of many small messages, or a part of that of a large one. */
const CHUNK = 1024 * 1024;

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
          if (length >= CHUNK) await flush();
        }
      }
      done += page.length;
      onProgress(done, total);
    }
    await flush();
  });
  return done;
}
