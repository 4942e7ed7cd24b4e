import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { jsonLine, base64Pieces, utf8Pieces } from '../read/jsonLine.ts';
import { harExporter } from './harExporter.ts';
import type { RowExporter } from './rowExporter.ts';
import { isUtf8 } from 'node:buffer';
import { detailOf } from '../read/rowDetail.ts';

/** The text formats to which a recording can be exported, each with a factory of its writer. */
export const EXPORTERS = {
  har: harExporter,
  jsonl: (): RowExporter => ({ row: jsonLine, end: () => [] }),
  csv: csvExporter,
} as const satisfies Readonly<Record<string, (manifest: SessionManifest) => RowExporter>>;

export type ExportKind = keyof typeof EXPORTERS;

/**
 * Rows as comma-separated values with a header line (RFC 4180); binary payloads in base64, details of other rows as
 * JSON.
 */
function csvExporter({ startedAt }: SessionManifest): RowExporter {
  const start = Date.parse(startedAt);
  let isFirst = true;
  return {
    *row({ seq, time, kind, direction }, payload) {
      if (isFirst) yield 'seq,time,direction,kind,size,encoding,payload\r\n';
      isFirst = false;
      const isDetail = kind === 'open' || kind === 'close' || kind === 'error' || kind === 'note';
      const encoding = isDetail ? 'json' : kind !== 'binary' && isUtf8(payload) ? 'text' : 'base64';
      const at = `${new Date(start + Math.floor(time / 1000)).toISOString().slice(0, -1)}${String(time % 1000).padStart(3, '0')}Z`;
      yield `${seq},${at},${direction === 'none' ? '' : direction},${kind},${isDetail ? '' : payload.length},${encoding},"`;
      if (isDetail) yield quoted(JSON.stringify(detailOf(payload)));
      else if (encoding === 'base64') yield* base64Pieces(payload);
      else for (const piece of utf8Pieces(payload)) yield quoted(piece);
      yield '"\r\n';
    },
    end: () => [],
  };
}

function quoted(text: string): string {
  return text.replaceAll('"', '""');
}
