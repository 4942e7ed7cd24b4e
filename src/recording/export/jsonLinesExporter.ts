import { jsonLine } from '../read/jsonLine.ts';
import { HANDSHAKE_LEFT, hasBytesOfHandshake } from './handshakeBytes.ts';
import type { RowExporter } from './rowExporter.ts';

/** Writes lines of JSON, as `duplex log --json` prints them. */
export function createJsonLinesExporter(): RowExporter {
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
