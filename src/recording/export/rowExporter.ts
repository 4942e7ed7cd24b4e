import { printedPayload, type LineRow } from '../read/rowDetail.ts';
import { writeWhole } from '../wholeFile.ts';

/** Characters per write: the lines of many small messages, or a part of one large message. */
const CHUNK = 1024 * 1024;

/** Writes rows of a recording as a text file, in order, in bounded memory. */
export interface RowExporter {
  row(row: LineRow, payload: Uint8Array): Iterable<string>;
  /** The text after the last row. */
  end(): Iterable<string>;
  /** Whether further rows add nothing. */
  isFull?(): boolean;
  /** Sentences about data that the format cannot carry; call it after the last row. */
  left?(): readonly string[];
}

/** A row with its whole stored payload. */
export interface ExportedRow {
  readonly row: LineRow;
  readonly payload: Uint8Array;
}

/**
 * Writes rows to a file, completely or not at all.
 * @param onPage called after each page with the number of rows written so far; an exception stops the export
 * @returns the number of rows written
 * @throws DuplexError `disk.full`, `disk.denied`, and errors of `pages` and `onPage`
 */
export async function writeRows(
  pages: Iterable<readonly ExportedRow[]> | AsyncIterable<readonly ExportedRow[]>,
  exporter: RowExporter,
  target: string,
  onPage: (rows: number) => void = () => undefined,
): Promise<number> {
  let rows = 0;
  await writeWhole(target, async (file) => {
    let pieces: string[] = [];
    let length = 0;
    const flush = async (): Promise<void> => {
      const text = pieces.join('');
      pieces = [];
      length = 0;
      await file.writeFile(text);
      onPage(rows);
    };
    const write = async (texts: Iterable<string>): Promise<void> => {
      for (const text of texts) {
        pieces.push(text);
        length += text.length;
        if (length >= CHUNK) await flush();
      }
    };
    for await (const page of pages) {
      for (const { row, payload } of page) {
        await write(exporter.row(row, printedPayload(row.kind, payload)));
        rows++;
      }
      onPage(rows);
      if (exporter.isFull?.()) break;
    }
    await write(exporter.end());
    await flush();
  });
  return rows;
}
