import { l10n } from 'vscode';
import type { OptionKind, OptionSpec, OptionValues } from '../../../core/session/options/optionSpec.ts';
import { writeOption } from '../../../core/session/options/optionText.ts';
import { MASK, maskHeaders, maskUrl } from '../../../core/session/secrets/mask.ts';

/** The value of an option on one line, secrets masked; empty where there is none. */
export function shownValue(spec: OptionSpec, value: OptionValues[OptionKind]): string {
  if (spec.kind === 'flag') return value === true ? l10n.t('on') : '';
  if (spec.kind === 'negatedFlag') return value === false ? l10n.t('on') : '';
  if (value === 0 && spec.zero !== undefined) return spec.zero;
  if (spec.kind === 'headers')
    return writeOption(spec, maskHeaders(value as OptionValues['headers'])).join(' · ');
  const texts = writeOption(spec, value);
  if (!spec.secret) return texts.join(' · ');
  // Of a proxy only the credentials are secret.
  return texts
    .map((text) => (/^[a-z0-9]+:\/\//i.test(text) || text === 'none' ? maskUrl(text) : MASK))
    .join('');
}
