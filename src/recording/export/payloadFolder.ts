import { isUtf8 } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuplexError } from '../../shared/errors.ts';
import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { printedPayload, type LineRow } from '../read/rowDetail.ts';
import { PRIVATE_FILE } from '../regularFile.ts';
import { writeWholeFolder } from '../wholeFile.ts';
import { createRowTimes } from './isoTime.ts';
import type { ExportedRow } from './rowExporter.ts';

/** Maximum number of files. File managers are slow with more files in one folder. */
export const MAX_PAYLOAD_FILES = 100_000;

/** The list of the files, as lines of JSON. */
const LIST = 'messages.jsonl';

/**
 * Writes the payload of each row, unchanged, to its own file in a new folder, completely or not at all.
 * `messages.jsonl` lists them with their times. No file name comes from the recording.
 * @param onPage called after each page with the number of rows written so far; an exception stops the export
 * @returns the number of rows written
 * @throws DuplexError `call.invalid` for too many rows, `disk.full`, `disk.denied`, and errors of `pages` and `onPage`
 */
export async function writePayloads(
  pages: Iterable<readonly ExportedRow[]> | AsyncIterable<readonly ExportedRow[]>,
  { startedAt }: SessionManifest,
  folder: string,
  onPage: (rows: number) => void = () => undefined,
): Promise<number> {
  const timeOf = createRowTimes(startedAt);
  return writeWholeFolder(folder, async (partial) => {
    const list: string[] = [];
    for await (const page of pages) {
      if (list.length + page.length > MAX_PAYLOAD_FILES)
        throw new DuplexError(
          'call.invalid',
          `An export of payloads writes one file per row, for at most ${MAX_PAYLOAD_FILES.toLocaleString('en')} rows: export fewer rows, or choose another format.`,
        );
      for (const { row, payload } of page) {
        const bytes = printedPayload(row.kind, payload);
        const file = fileName(row, bytes);
        await writeFile(join(partial, file), bytes, { flag: 'wx', mode: PRIVATE_FILE });
        const { seq, kind, direction } = row;
        const dir = direction === 'none' ? undefined : direction;
        list.push(JSON.stringify({ file, seq, time: timeOf(row), dir, kind, size: bytes.length }));
      }
      onPage(list.length);
    }
    const lines = list.map((line) => `${line}\n`).join('');
    await writeFile(join(partial, LIST), lines, { mode: PRIVATE_FILE });
    return list.length;
  });
}

/** A name such as `0000012-in-text.json`, which sorts by number and is valid on every system. */
function fileName({ seq, kind, direction }: LineRow, payload: Uint8Array): string {
  const side = direction === 'none' ? '' : `-${direction}`;
  return `${String(seq).padStart(7, '0')}${side}-${kind}.${extension(kind, payload)}`;
}

function extension(kind: LineRow['kind'], payload: Uint8Array): 'json' | 'txt' | 'bin' {
  if (kind === 'binary' || kind === 'ping' || kind === 'pong' || !isUtf8(payload)) return 'bin';
  if (kind !== 'text') return 'json';
  return /^\s*[[{]/.test(new TextDecoder().decode(payload.subarray(0, 64))) ? 'json' : 'txt';
}
