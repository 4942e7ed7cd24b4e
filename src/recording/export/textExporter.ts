import { makeVisible } from '../../core/format/visible.ts';
import type { SessionManifest } from '../../shared/recordProtocol.ts';
import { createTextLines } from '../read/textLine.ts';
import { HANDSHAKE_LEFT, hasBytesOfHandshake } from './handshakeBytes.ts';
import { isoTime } from './isoTime.ts';
import type { RowExporter } from './rowExporter.ts';

/** Writes the lines of `duplex log`, with dates and whole binary messages. */
export function createTextExporter({ name, url, startedAt }: SessionManifest): RowExporter {
  const plain = (text: string): string => text;
  const line = createTextLines(
    Date.parse(startedAt),
    { dim: plain, green: plain, cyan: plain, red: plain },
    { timeOf: isoTime, hexBytes: Infinity },
  );
  const signs = 'Control characters are shown as signs, line feeds as ↵, binary messages in hexadecimal.';
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
