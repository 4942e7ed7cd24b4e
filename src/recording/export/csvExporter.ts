import { isUtf8 } from 'node:buffer';
import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { base64Pieces, utf8Pieces } from '../read/jsonLine.ts';
import { detailOf } from '../read/rowDetail.ts';
import { createRowTimes } from './isoTime.ts';
import type { RowExporter } from './rowExporter.ts';

/**
 * Writes rows as comma-separated values with a header line (RFC 4180). Binary payloads are in base64, details of other
 * rows in JSON.
 */
export function createCsvExporter({ startedAt }: SessionManifest): RowExporter {
  const timeOf = createRowTimes(startedAt);
  let isFirst = true;
  return {
    *row({ seq, time, kind, direction }, payload) {
      if (isFirst) yield 'seq,time,direction,kind,size,encoding,payload\r\n';
      isFirst = false;
      const isDetail = kind === 'open' || kind === 'close' || kind === 'error' || kind === 'note';
      const encoding = isDetail ? 'json' : kind !== 'binary' && isUtf8(payload) ? 'text' : 'base64';
      yield `${seq},${timeOf({ time })},${direction === 'none' ? '' : direction},${kind},${isDetail ? '' : payload.length},${encoding},"`;
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
