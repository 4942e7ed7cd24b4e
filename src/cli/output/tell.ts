import { makeVisible } from '../../core/format/visible.ts';

/** Says one sentence on standard error. What a server had a say in is made harmless for a terminal. */
export type Tell = (sentence: string) => void;

export function sentenceLine(sentence: string): string {
  return `duplex: ${makeVisible(sentence)}\n`;
}

export const tell: Tell = (sentence) => {
  process.stderr.write(sentenceLine(sentence));
};
