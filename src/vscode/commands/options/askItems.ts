import { l10n, ThemeIcon, window } from 'vscode';
import type { QuickPickItem } from 'vscode';
import type { OptionKey, OptionSpec } from '../../../core/session/options/optionSpec.ts';
import { readOption } from '../../../core/session/options/optionText.ts';
import { inputOf } from './optionInput.ts';
import { shownValue } from './shownValue.ts';
import { inertText } from '../../inertText.ts';

interface Item extends QuickPickItem {
  /** Its place in the list; undefined for the one that adds. */
  readonly index?: number;
}

/**
 * Asks for the items of an option that has several, such as headers: the first at once, from then on out of a list in
 * which each can be changed or, emptied, removed.
 * @returns the texts, also where the list was left with Escape; undefined where nothing was said
 */
export async function askItems(
  key: OptionKey,
  spec: OptionSpec,
  given: readonly string[],
): Promise<readonly string[] | undefined> {
  if (given.length === 0) {
    const first = await askItem(key, spec, '');
    return first === undefined || first === '' ? undefined : [first];
  }
  const add: Item = { label: l10n.t('Add…'), iconPath: new ThemeIcon('add'), alwaysShow: true };
  const items = given.map((text, index): Item => ({
    label: inertText(shown(spec, text)),
    iconPath: new ThemeIcon('edit'),
    index,
  }));
  const chosen = await window.showQuickPick([add, ...items], {
    title: spec.name,
    placeHolder: spec.about,
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return undefined;
  const { index = given.length } = chosen;
  const text = await askItem(key, spec, given[index] ?? '');
  if (text === undefined) return undefined;
  return [...given.slice(0, index), ...(text === '' ? [] : [text]), ...given.slice(index + 1)];
}

async function askItem(key: OptionKey, spec: OptionSpec, value: string): Promise<string | undefined> {
  if (spec.kind === 'paths' && value === '') {
    const [file] = (await window.showOpenDialog({ title: spec.name, openLabel: l10n.t('Use') })) ?? [];
    return file?.fsPath;
  }
  return (await window.showInputBox({ ...inputOf(key, spec), value }))?.trim();
}

function shown(spec: OptionSpec, text: string): string {
  const reading = readOption(spec, text);
  return 'problem' in reading ? text : shownValue(spec, reading.value);
}
