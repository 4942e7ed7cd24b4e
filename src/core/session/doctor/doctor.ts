import type { Diagnosis, Fix } from '../../../shared/diagnosis.ts';
import { ERROR_CODES } from '../../../shared/errors.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { ErrorDetail } from '../../../shared/timeline.ts';
import { evidenceOf } from './doctorEvidence.ts';
import { FIXES } from './doctorFixes.ts';
import { retry } from './fixes.ts';

/**
 * Why a session failed, what shows it, and what to do about it. Of the evidence and the options only what is no secret comes
 * back, but for the changes, which may repeat them.
 */
export function diagnose(detail: ErrorDetail, options: ConnectOptions): Diagnosis {
  const code = ERROR_CODES.find((each) => each === detail.code);
  const fixes = code === undefined ? [retry] : FIXES[code](options, detail);
  return { cause: detail.message, evidence: evidenceOf(detail, options), fixes: distinct(fixes) };
}

function distinct(fixes: readonly (Fix | undefined)[]): Fix[] {
  const seen = new Set<string>();
  return fixes.filter((fix): fix is Fix => {
    if (fix === undefined || seen.has(fix.id)) return false;
    seen.add(fix.id);
    return true;
  });
}
