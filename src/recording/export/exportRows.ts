import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { draftExporter } from './draftExporter.ts';
import { EXPORTERS, type TextExportKind } from './exporters.ts';
import { writePayloads } from './payloadFolder.ts';
import { writeRows, type ExportedRow } from './rowExporter.ts';
import type { RowExporter } from './rowExporter.ts';

/** A kind of file, or of folder, to which a recording can be exported. */
export type ExportKind = TextExportKind | 'payloads' | 'ws';

export const EXPORT_KINDS: readonly ExportKind[] = [
  ...(Object.keys(EXPORTERS) as readonly TextExportKind[]),
  'payloads',
  'ws',
];

export interface Exported {
  readonly rows: number;
  /** Sentences about what the format cannot carry. */
  readonly left: readonly string[];
}

/**
 * Writes rows as a file, or as a new folder, completely or not at all.
 * @param onPage called after each page with the number of rows written so far; an exception stops the export
 * @throws DuplexError as `writeRows` and `writePayloads` do
 */
export async function exportRows(
  kind: ExportKind,
  manifest: SessionManifest,
  pages: Iterable<readonly ExportedRow[]> | AsyncIterable<readonly ExportedRow[]>,
  target: string,
  onPage?: (rows: number) => void,
): Promise<Exported> {
  if (kind === 'payloads') return { rows: await writePayloads(pages, manifest, target, onPage), left: [] };
  const exporter: RowExporter = kind === 'ws' ? draftExporter(manifest) : EXPORTERS[kind](manifest);
  const rows = await writeRows(pages, exporter, target, onPage);
  return { rows, left: exporter.left?.() ?? [] };
}
