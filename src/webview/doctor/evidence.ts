import { byteCount } from '../../shared/byteCount.ts';
import type { PanelDiagnosis } from '../../shared/panelProtocol.ts';
import { hexDump } from '../text/hexDump.ts';
import { TEXT } from '../texts.ts';

/** A longer part of the evidence, to be opened. */
export interface EvidenceBlock {
  readonly title: string;
  readonly text: string;
}

/** What a server sent in the place of a handshake, as blocks of text. */
export function evidenceBlocks({
  headers = [],
  body = '',
  firstBytes = '',
}: PanelDiagnosis['detail']): EvidenceBlock[] {
  const blocks: EvidenceBlock[] = [];
  if (headers.length > 0) {
    const text = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
    blocks.push({ title: TEXT.headers(headers.length), text });
  }
  if (body !== '') {
    const size = byteCount(new TextEncoder().encode(body).length);
    blocks.push({ title: TEXT.body(size), text: body });
  }
  if (firstBytes !== '')
    blocks.push({ title: TEXT.firstBytes(firstBytes.length / 2), text: hexDump(firstBytes) });
  return blocks;
}
