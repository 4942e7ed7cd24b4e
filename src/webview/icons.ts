import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** Glyphs of the codicon font, which the page's codicon.css loads. A unit test compares them with that file. */
export const GLYPHS = {
  'arrow-down': 0xea9a,
  'arrow-up': 0xeaa1,
  'case-sensitive': 0xeab1,
  'circle-filled': 0xea71,
  'circle-outline': 0xeabc,
  close: 0xea76,
  'debug-disconnect': 0xead0,
  error: 0xea87,
  'file-binary': 0xeae8,
  'file-text': 0xec5e,
  'fold-down': 0xeaf3,
  info: 0xea74,
  'list-filter': 0xeb83,
  loading: 0xeb19,
  plug: 0xeb2d,
  pulse: 0xeb31,
  regex: 0xeb38,
  remote: 0xeb3a,
  search: 0xea6d,
  'stop-circle': 0xeba5,
  warning: 0xea6c,
  watch: 0xeb7c,
} as const;

export type IconName = keyof typeof GLYPHS;

/**
 * An icon that is only looks: what it says stands beside it as text. As plain text in a span, because a list of
 * `vscode-icon` elements would load a style sheet for each. `.icon` is in styles.ts.
 */
export function icon(name: IconName, className = ''): TemplateResult {
  return html`<span class="icon ${className}" aria-hidden="true"
    >${String.fromCodePoint(GLYPHS[name])}</span
  >`;
}
