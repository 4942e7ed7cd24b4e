import { l10n, window } from 'vscode';
import type { GivenOptions } from '../../../core/session/options/connectOptions.ts';
import type {
  OptionKey,
  OptionKind,
  OptionSpec,
  OptionValues,
} from '../../../core/session/options/optionSpec.ts';
import { readOption, writeOption } from '../../../core/session/options/optionText.ts';
import { askItems } from './askItems.ts';
import { inputOf } from './optionInput.ts';

type Value = OptionValues[OptionKind];

/** The options with one of them as the user says; as they are where the user gave up. */
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
  // To ask for parameters is to ask for compression, whatever the settings say.
  return { ...options, [key]: answer.value, ...(spec.kind === 'deflate' && { deflate: true }) };
}

/** A value, back to the default, or no change. */
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
    case 'paths': {
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

/** What was checked while it was typed. */
function valueOf(spec: OptionSpec, text: string): Value {
  const reading = readOption(spec, text);
  if ('problem' in reading) throw new Error(reading.problem);
  return reading.value;
}
