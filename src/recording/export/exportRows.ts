import type { ExportedCount, RowExportKind } from '../../shared/queryProtocol.ts';
import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { FLAG } from '../../shared/timeline.ts';
import { WireSizes } from '../frameFile.ts';
import { EXPORTERS, type TextExportKind } from './exporters.ts';
import { writePayloads } from './payloadFolder.ts';
import { writeRows, type ExportedRow, type RowExporter } from './rowExporter.ts';

/** The formats that are written while rows are read, in bounded memory. */
export const ROW_EXPORT_KINDS: readonly RowExportKind[] = [
  ...(Object.keys(EXPORTERS) as readonly TextExportKind[]),
  'payloads',
];

/**
 * Writes rows to a file, or to a new folder, completely or not at all.
 * @param kind a format, or the factory of another writer of text
 * @param onPage called after each page with the number of rows written so far; an exception stops the export
 * @throws DuplexError as `writeRows` and `writePayloads` do
 */
export async function exportRows(
  kind: RowExportKind | RowExporter,
  manifest: SessionManifest,
  pages: Iterable<readonly ExportedRow[]> | AsyncIterable<readonly ExportedRow[]>,
  target: string,
  onPage?: (rows: number) => void,
): Promise<ExportedCount> {
  if (kind === 'payloads') return { rows: await writePayloads(pages, manifest, target, onPage), left: [] };
  const exporter: RowExporter = typeof kind === 'string' ? EXPORTERS[kind](manifest) : kind;
  const rows = await writeRows(pages, exporter, target, onPage);
  return { rows, left: exporter.left?.() ?? [] };
}

/**
 * Adds the sizes on the wire to the compressed messages of pages, as far as their frames are recorded.
 * @throws DuplexError `file.invalid` or `disk.denied` if the frames cannot be read
 */
export async function* withWireSizes(
  pages: Iterable<readonly ExportedRow[]> | AsyncIterable<readonly ExportedRow[]>,
  folder: string,
): AsyncGenerator<readonly ExportedRow[]> {
  const sizes = new WireSizes(folder);
  try {
    for await (const page of pages)
      yield page.map((each) => {
        const { row, payload } = each;
        const wireSize = (row.flags ?? 0) & FLAG.compressed ? sizes.of(row.seq) : undefined;
        return wireSize === undefined ? each : { row: { ...row, wireSize }, payload };
      });
  } finally {
    sizes.close();
  }
}
