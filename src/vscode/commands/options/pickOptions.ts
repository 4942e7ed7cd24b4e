import { l10n, QuickPickItemKind, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import { connectOptions, optionConflicts } from '../../../core/session/options/connectOptions.ts';
import type { GivenOptions } from '../../../core/session/options/connectOptions.ts';
import type { OptionKey, OptionSpec } from '../../../core/session/options/optionSpec.ts';
import { OPTION_ENTRIES } from '../../../core/session/options/optionTable.ts';
import { maskUrl } from '../../../core/session/secrets/mask.ts';
import { connectionSettings, withSettings } from '../../settings.ts';
import { askOption, shownValue } from './askOption.ts';
import { inertText } from '../../inertText.ts';
import { spellOptions } from '../../../core/session/options/optionName.ts';

interface OptionItem extends QuickPickItem {
  readonly entry?: readonly [OptionKey, OptionSpec];
  readonly connects?: true;
}

/**
 * Lets the user change the options of a connection in a list with their values, until the user chooses Connect.
 * @returns the URL with the chosen options; undefined if the user cancelled
 */
export async function pickOptions(given: GivenOptions): Promise<GivenOptions | undefined> {
  let options = given;
  let last: OptionKey | undefined;
  for (;;) {
    const chosen = await pickOne(options, last);
    if (chosen === undefined) return undefined;
    if (chosen.entry) {
      last = chosen.entry[0];
      options = await askOption(options, chosen.entry);
    } else if (chosen.connects) {
      return options;
    }
  }
}

/** @param last the option that was changed last; it is listed first, because it is often changed again */
function pickOne(options: GivenOptions, last: OptionKey | undefined): Thenable<OptionItem | undefined> {
  const base = connectOptions({ url: 'ws://localhost', ...connectionSettings() });
  const entries = [...OPTION_ENTRIES].sort(([a], [b]) => Number(b === last) - Number(a === last));
  const items = entries.map((entry): OptionItem => {
    const [key, spec] = entry;
    const isGiven = options[key] !== undefined;
    const value = shownValue(spec, options[key] ?? base[key]);
    return {
      label: `$(${isGiven ? 'edit' : 'blank'}) ${inertText(spec.name)}`,
      description: inertText(isGiven || value === '' ? value : l10n.t('{0} (default)', value)),
      detail: inertText(spec.about),
      entry,
    };
  });
  const separator = { label: l10n.t('options'), kind: QuickPickItemKind.Separator };
  return window.showQuickPick([...connectItems(options), separator, ...items], {
    title: l10n.t('Connect With Options'),
    placeHolder: l10n.t('Choose an option to change, or connect'),
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

function connectItems(options: GivenOptions): readonly OptionItem[] {
  const conflicts = optionConflicts(withSettings(options));
  if (conflicts.length > 0)
    return conflicts.map(({ message }) => ({
      label: `$(warning) ${inertText(spellOptions(message, 'editor'))}`,
    }));
  return [
    { label: `$(plug) ${l10n.t('Connect')}`, description: inertText(maskUrl(options.url)), connects: true },
  ];
}
