import type { InputBoxOptions } from 'vscode';
import { optionProblem } from '../../../core/session/options/optionProblem.ts';
import type { OptionKey, OptionSpec } from '../../../core/session/options/optionSpec.ts';
import { readOption } from '../../../core/session/options/optionText.ts';
import { inertText, inertCheck } from '../../inertText.ts';

/** An input for a value of the option, checked with every key; an empty one goes back to the default. */
export function inputOf(key: OptionKey, spec: OptionSpec): InputBoxOptions {
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
