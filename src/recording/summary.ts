import { previewBinary, previewText } from '../core/format/preview.ts';
import type { CloseDetail, ErrorDetail, Kind, NoteDetail, OpenDetail } from '../shared/timeline.ts';

/** The one line that a row shows of its payload. `payload` may be only the beginning of it. */
export function summaryOf(kind: Kind, payload: Uint8Array): string {
  switch (kind) {
    case 'text':
      return previewText(payload);
    case 'binary':
      return previewBinary(payload);
    case 'ping':
    case 'pong':
      return previewText(payload);
    default:
      return previewText(new TextEncoder().encode(detailLine(kind, payload)));
  }
}

function detailLine(kind: 'open' | 'close' | 'error' | 'note', payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload);
  let detail: unknown;
  try {
    detail = JSON.parse(text);
  } catch {
    // Longer than what a preview reads: its beginning is shown as it is.
    return text;
  }
  if (typeof detail !== 'object' || detail === null) return text;
  switch (kind) {
    case 'open': {
      const open = detail as OpenDetail;
      return [`HTTP ${open.status}`, open.protocol, open.extensions].filter(Boolean).join(' · ');
    }
    case 'close': {
      const close = detail as CloseDetail;
      return `${close.code} ${close.reason}`.trim();
    }
    case 'error':
      return (detail as ErrorDetail).message;
    case 'note':
      return (detail as NoteDetail).text;
  }
}
