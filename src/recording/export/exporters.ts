import { isUtf8 } from 'node:buffer';
import { makeVisible } from '../../core/format/visible.ts';
import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { base64Pieces, jsonLine, utf8Pieces } from '../read/jsonLine.ts';
import { detailOf } from '../read/rowDetail.ts';
import { createTextLines } from '../read/textLine.ts';
import { createHarExporter } from './harExporter.ts';
import { isoTime, createRowTimes } from './isoTime.ts';
import type { RowExporter } from './rowExporter.ts';

/** The text formats to which a recording can be exported, each with a factory of its writer. */
export const EXPORTERS = {
  har: createHarExporter,
  jsonl: jsonLinesExporter,
  csv: csvExporter,
  text: textExporter,
} as const satisfies Readonly<Record<string, (manifest: SessionManifest) => RowExporter>>;

export type TextExportKind = keyof typeof EXPORTERS;

/** Lines of JSON, as `duplex log --json` prints them. */
function jsonLinesExporter(): RowExporter {
  let hasHandshake = false;
  return {
    row(row, payload) {
      if (row.kind === 'open' || row.kind === 'error') hasHandshake ||= hasBytesOfHandshake(payload);
      return jsonLine(row, payload);
    },
    end: () => [],
    left: () => (hasHandshake ? [HANDSHAKE_LEFT] : []),
  };
}

const HANDSHAKE_LEFT = 'The bytes and the certificates of handshakes are left out.';

function hasBytesOfHandshake(payload: Uint8Array): boolean {
  const { exchanges, tls } = detailOf(payload);
  return exchanges !== undefined || tls !== undefined;
}

/**
 * Rows as comma-separated values with a header line (RFC 4180); binary payloads in base64, details of other rows as
 * JSON.
 */
function csvExporter({ startedAt }: SessionManifest): RowExporter {
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

/** The lines of `duplex log`, with dates and whole binary messages. */
function textExporter({ name, url, startedAt }: SessionManifest): RowExporter {
  const plain = (text: string): string => text;
  const line = createTextLines(
    Date.parse(startedAt),
    { dim: plain, green: plain, cyan: plain, red: plain },
    { timeOf: isoTime, hexBytes: Infinity },
  );
  const signs = 'Control characters are signs, line feeds ↵, binary messages hexadecimal.';
  let isFirst = true;
  let hasHandshake = false;
  return {
    *row(row, payload) {
      if (isFirst) {
        const head = [makeVisible(name), makeVisible(url), `${signs} ${HANDSHAKE_LEFT}`];
        yield `${head.map((each) => `# ${each}\n`).join('')}\n`;
      }
      isFirst = false;
      if (row.kind === 'open' || row.kind === 'error') hasHandshake ||= hasBytesOfHandshake(payload);
      yield* line(row, payload);
    },
    end: () => [],
    left: () => [signs, ...(hasHandshake ? [HANDSHAKE_LEFT] : [])],
  };
}
