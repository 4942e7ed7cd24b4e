import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { jsonLine } from '../read/jsonLine.ts';
import { csvExporter } from './csvExporter.ts';
import { harExporter } from './harExporter.ts';
import type { RowExporter } from './rowExporter.ts';

/** The text formats to which a recording can be exported, each with a factory of its writer. */
export const EXPORTERS = {
  har: harExporter,
  jsonl: (): RowExporter => ({ row: jsonLine, end: () => [] }),
  csv: csvExporter,
} as const satisfies Readonly<Record<string, (manifest: SessionManifest) => RowExporter>>;

export type ExportKind = keyof typeof EXPORTERS;
