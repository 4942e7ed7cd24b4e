import { hexRows } from '../../core/format/hexRows.ts';
import { byteCount } from '../../shared/byteCount.ts';
import type { PanelDiagnosis } from '../../shared/panelProtocol.ts';
import { DOCTOR_TEXT } from './doctorTexts.ts';

/** @param digits bytes as hexadecimal digits. @returns rows of offset, digits and characters */
export function hexDump(digits: string): string {
  const bytes = Uint8Array.from(digits.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
  const rows = hexRows(bytes);
  return Array.from({ length: rows.lines }, (_, row) => rows.line(row)).join('\n');
}

/** A longer part of the evidence, initially collapsed. */
export interface EvidenceBlock {
  readonly title: string;
  readonly text: string;
}

/** The server's answer to the failed handshake, as blocks of text; none for the end of an open connection. */
export function evidenceBlocks(detail: PanelDiagnosis['detail']): EvidenceBlock[] {
  const { headers = [], body = '', firstBytes = '' } = detail ?? {};
  const blocks: EvidenceBlock[] = [];
  if (headers.length > 0) {
    const text = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
    blocks.push({ title: DOCTOR_TEXT.headers(headers.length), text });
  }
  if (body !== '') {
    const size = byteCount(new TextEncoder().encode(body).length);
    blocks.push({ title: DOCTOR_TEXT.body(size), text: body });
  }
  if (firstBytes !== '')
    blocks.push({ title: DOCTOR_TEXT.firstBytes(firstBytes.length / 2), text: hexDump(firstBytes) });
  return blocks;
}
