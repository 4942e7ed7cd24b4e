import { makeVisible } from '../../core/format/visible.ts';
import { spellOptions } from '../../core/session/options/optionName.ts';

/**
 * Says one sentence on standard error. What a server had a say in is made harmless for a terminal, and options are named as on
 * the command line.
 */
export type Tell = (sentence: string) => void;

export function sentenceLine(sentence: string): string {
  return `duplex: ${makeVisible(spellOptions(sentence, 'commandLine'))}\n`;
}

export const tell: Tell = (sentence) => {
  process.stderr.write(sentenceLine(sentence));
};
