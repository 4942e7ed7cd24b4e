import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { createCsvExporter } from './csvExporter.ts';
import { createHarExporter } from './harExporter.ts';
import { createJsonLinesExporter } from './jsonLinesExporter.ts';
import type { RowExporter } from './rowExporter.ts';
import { createTextExporter } from './textExporter.ts';

/** The text formats to which a recording can be exported, each with a factory of its writer. */
export const EXPORTERS = {
  har: createHarExporter,
  jsonl: createJsonLinesExporter,
  csv: createCsvExporter,
  text: createTextExporter,
} as const satisfies Readonly<Record<string, (manifest: SessionManifest) => RowExporter>>;

export type TextExportKind = keyof typeof EXPORTERS;
