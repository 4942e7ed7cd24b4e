import { ThemeIcon, l10n, window } from 'vscode';
import { readOption, writeOption } from '../../../core/session/options/optionText.ts';
import { inertCheck, inertText } from '../../inertText.ts';
import { optionProblem } from '../../../core/session/options/optionProblem.ts';
import { MASK, maskHeaders, maskUrl } from '../../../core/session/secrets/mask.ts';
import type { GivenOptions } from '../../../core/session/options/connectOptions.ts';
import type {
  OptionKey,
  OptionKind,
  OptionSpec,
  OptionValues,
} from '../../../core/session/options/optionSpec.ts';
import type { InputBoxOptions, QuickPickItem } from 'vscode';

type Value = OptionValues[OptionKind];

/** The options with the user's value of one of them; unchanged if the user cancelled. */
export async function askOption(
  options: GivenOptions,
  [key, spec]: readonly [OptionKey, OptionSpec],
): Promise<GivenOptions> {
  const given: Value | undefined = options[key];
  const answer = await ask(key, spec, given);
  if (answer === 'asIs') return options;
  if (answer === 'default') {
    const others = Object.entries(options).filter(([name]) => name !== key);
    return Object.fromEntries(others) as unknown as GivenOptions;
  }
  // Parameters of compression switch it on regardless of the settings.
  return { ...options, [key]: answer.value, ...(spec.kind === 'deflate' && { deflate: true }) };
}

/** A new value, the default, or no change. */
type Answer = { readonly value: Value } | 'default' | 'asIs';

async function ask(key: OptionKey, spec: OptionSpec, given: Value | undefined): Promise<Answer> {
  switch (spec.kind) {
    case 'flag':
      return given === true ? 'default' : { value: true };
    case 'negatedFlag':
      return given === false ? 'default' : { value: false };
    case 'choice':
      return askChoice(spec);
    case 'path':
      return given === undefined ? askFile(spec) : 'default';
    case 'headers':
    case 'paths':
    case 'rules': {
      const items = await askItems(key, spec, given === undefined ? [] : writeOption(spec, given));
      if (items === undefined) return 'asIs';
      const value = items.flatMap((text) => valueOf(spec, text) as readonly never[]);
      return value.length > 0 ? { value } : 'default';
    }
    case 'duration':
    case 'size':
    case 'count':
    case 'text':
    case 'list':
    case 'deflate':
      return askText(key, spec, given);
  }
}

async function askChoice(spec: OptionSpec): Promise<Answer> {
  const texts = new Map(
    (spec.choices ?? []).map((choice) => [writeOption(spec, choice)[0] ?? choice, choice]),
  );
  const none = l10n.t('Default');
  const chosen = await window.showQuickPick([none, ...texts.keys()], {
    title: spec.name,
    placeHolder: spec.about,
  });
  if (chosen === undefined) return 'asIs';
  const value = texts.get(chosen);
  return value === undefined ? 'default' : { value };
}

async function askFile({ name }: OptionSpec): Promise<Answer> {
  const [file] = (await window.showOpenDialog({ title: name, openLabel: l10n.t('Use') })) ?? [];
  return file === undefined ? 'asIs' : { value: file.fsPath };
}

async function askText(key: OptionKey, spec: OptionSpec, given: Value | undefined): Promise<Answer> {
  const text = await window.showInputBox({
    ...inputOf(key, spec),
    value: given === undefined ? '' : writeOption(spec, given).join(', '),
    password: spec.name === 'passphrase',
  });
  if (text === undefined) return 'asIs';
  return text.trim() === '' ? 'default' : { value: valueOf(spec, text) };
}

/** Parses a text that was checked while it was typed. */
function valueOf(spec: OptionSpec, text: string): Value {
  const reading = readOption(spec, text);
  if ('problem' in reading) throw new Error(reading.problem);
  return reading.value;
}

interface Item extends QuickPickItem {
  /** Its index in the list; undefined for the row that adds an item. */
  readonly index?: number;
}

/**
 * Asks for the items of an option with several values, such as headers. The first item is asked for at once. After
 * it, a list shows the items: each can be changed, and clearing one removes it.
 * @returns the texts, also if the list was left with Escape; undefined if nothing was entered
 */
async function askItems(
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

/** Asks for a value of the option and checks it at each key. An empty value means the default. */
function inputOf(key: OptionKey, spec: OptionSpec): InputBoxOptions {
  return {
    title: spec.name,
    prompt: inertText(spec.about),
    placeHolder: spec.sample ?? '',
    ignoreFocusOut: true,
    validateInput: inertCheck((text) => {
      if (text.trim() === '') return undefined;
      const reading = readOption(spec, text);
      return 'problem' in reading ? reading.problem : optionProblem(key, reading.value as never);
    }),
  };
}

/** The value of an option on one line, secrets masked; empty if there is none. */
export function shownValue(spec: OptionSpec, value: OptionValues[OptionKind]): string {
  if (spec.kind === 'flag') return value === true ? l10n.t('on') : '';
  if (spec.kind === 'negatedFlag') return value === false ? l10n.t('on') : '';
  if (value === 0 && spec.zero !== undefined) return spec.zero;
  if (spec.kind === 'headers')
    return writeOption(spec, maskHeaders(value as OptionValues['headers'])).join(' · ');
  const texts = writeOption(spec, value);
  if (!spec.secret) return texts.join(' · ');
  // Only the credentials of a proxy are secret.
  return texts
    .map((text) => (/^[a-z0-9]+:\/\//i.test(text) || text === 'none' ? maskUrl(text) : MASK))
    .join('');
}
