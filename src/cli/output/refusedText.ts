import { makeVisible } from '../../core/format/visible.ts';
import type { ErrorDetail } from '../../shared/timeline.ts';
import { detailOf } from '../../engine/recordingFile.ts';

/** Maximum lines of a refusing server's page that are shown; `--json` prints the whole stored part. */
const MAX_LINES = 20;
const MAX_LINE_CHARS = 400;

/** The headers of a refused handshake and the start of its body, one line each, safe for a terminal. */
export function refusedLines({ headers = [], body = '' }: Pick<ErrorDetail, 'headers' | 'body'>): string[] {
  const bodyLines = body === '' ? [] : body.replace(/\r?\n$/, '').split(/\r?\n/);
  const shown = bodyLines.slice(0, MAX_LINES).map((line) => {
    const cut = line.length > MAX_LINE_CHARS ? ` … (${line.length - MAX_LINE_CHARS} more characters)` : '';
    return makeVisible(line.slice(0, MAX_LINE_CHARS)) + cut;
  });
  if (bodyLines.length > MAX_LINES) shown.push(`… (${bodyLines.length - MAX_LINES} more lines)`);
  return [...headers.map(([name, value]) => makeVisible(`${name}: ${value}`)), ...shown];
}

/** These lines as one text, to print below the line of an error row. @param payload payload of the error row */
export function refusedText(payload: Uint8Array): string {
  return refusedLines(detailOf(payload) as Partial<ErrorDetail>)
    .map((line) => `   ${line}\n`)
    .join('');
}
