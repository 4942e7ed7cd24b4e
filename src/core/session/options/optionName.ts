import { settingName } from './optionSetting.ts';
import type { OptionKey } from './optionSpec.ts';
import { OPTION_ENTRIES, OPTIONS } from './optionTable.ts';

/** Where a sentence is shown; option names differ between these places. */
export type OptionPlace = 'commandLine' | 'requestFile' | 'editor';

/**
 * Names an option in a sentence: `the option “max-payload”`. Sentences are kept in this form, which is readable everywhere;
 * `spellOptions` turns it into the spelling of the place that shows the sentence.
 */
export function optionNamed(key: OptionKey): string {
  return `the option “${OPTIONS[key].name}”`;
}

const NAMED = /the option \u201c([a-z-]+)\u201d/g;

/** A map, because a sentence may quote a server that names an option `constructor`. */
const KEYS: ReadonlyMap<string, OptionKey> = new Map(OPTION_ENTRIES.map(([key, { name }]) => [name, key]));

/**
 * Rewrites the option names of a sentence: `--max-payload` on the command line, `@max-payload` in request files, in the
 * editor the label of the option with its setting, if it has one. Other text stays as it is.
 * @param isThere whether the place has a spelling for an option; other names stay as they are
 */
export function spellOptions(
  sentence: string,
  place: OptionPlace,
  isThere: (key: OptionKey) => boolean = () => true,
): string {
  if (!sentence.includes('the option “')) return sentence;
  return sentence.replace(NAMED, (named, name: string) => {
    const key = KEYS.get(name);
    return key === undefined || !isThere(key) ? named : SPELLINGS[place](key);
  });
}

const SPELLINGS: Readonly<Record<OptionPlace, (key: OptionKey) => string>> = {
  commandLine: (key) => `--${OPTIONS[key].name}`,
  requestFile: (key) => `@${OPTIONS[key].name}`,
  editor: (key) => {
    const { name, setting } = OPTIONS[key];
    return `the option ${name}${setting === undefined ? '' : ` (setting duplex.${settingName(key)})`}`;
  },
};
