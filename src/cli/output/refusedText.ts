import { makeVisible } from '../../core/format/visible.ts';
import type { ErrorDetail } from '../../shared/timeline.ts';
import { detailOf } from '../../engine/recordingFile.ts';

/** How much of a refusing server's page is shown; `--json` prints all that was kept. */
const MAX_LINES = 20;
const MAX_LINE_CHARS = 400;

/** What a refused handshake answered, below the line of its error: headers and the beginning of the body. */
export function refusedText(payload: Uint8Array): string {
  const { headers = [], body = '' } = detailOf(payload) as Partial<ErrorDetail>;
  const bodyLines = body === '' ? [] : body.replace(/\r?\n$/, '').split(/\r?\n/);
  const shown = bodyLines.slice(0, MAX_LINES).map((line) => {
    const cut = line.length > MAX_LINE_CHARS ? ` … (${line.length - MAX_LINE_CHARS} more characters)` : '';
    return makeVisible(line.slice(0, MAX_LINE_CHARS)) + cut;
  });
  if (bodyLines.length > MAX_LINES) shown.push(`… (${bodyLines.length - MAX_LINES} more lines)`);
  const head = headers.map(([name, value]) => makeVisible(`${name}: ${value}`));
  return [...head, ...shown].map((line) => `   ${line}\n`).join('');
}
