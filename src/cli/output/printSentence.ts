import { makeVisible } from '../../core/format/visible.ts';
import { spellOptions } from '../../core/session/options/optionName.ts';

/**
 * Prints one sentence on standard error. Text from a server is made safe for a terminal, and options are named as on
 * the command line.
 */
export type PrintSentence = (sentence: string) => void;

export function sentenceLine(sentence: string): string {
  return `duplex: ${makeVisible(spellOptions(sentence, 'commandLine'))}\n`;
}

export const printSentence: PrintSentence = (sentence) => {
  process.stderr.write(sentenceLine(sentence));
};
