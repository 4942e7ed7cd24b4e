import { l10n } from 'vscode';
import type { OptionKind, OptionSpec, OptionValues } from '../../../core/session/optionSpec.ts';
import { writeOption } from '../../../core/session/optionText.ts';
import { MASK, redactHeaders, redactUrl } from '../../../core/session/redact.ts';

/** The value of an option on one line, secrets masked; empty where there is none. */
export function shownValue(spec: OptionSpec, value: OptionValues[OptionKind]): string {
  if (spec.kind === 'flag') return value === true ? l10n.t('on') : '';
  if (spec.kind === 'negatedFlag') return value === false ? l10n.t('on') : '';
  if (value === 0 && spec.zero !== undefined) return spec.zero;
  if (spec.kind === 'headers')
    return writeOption(spec, redactHeaders(value as OptionValues['headers'])).join(' · ');
  const texts = writeOption(spec, value);
  if (!spec.secret) return texts.join(' · ');
  // Of a proxy only the credentials are secret.
  return texts
    .map((text) => (/^[a-z0-9]+:\/\//i.test(text) || text === 'none' ? redactUrl(text) : MASK))
    .join('');
}
