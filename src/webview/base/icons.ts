import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** Glyphs of the codicon font, which the page's codicon.css loads. A unit test compares them with that file. */
export const GLYPHS = {
  'arrow-down': 0xea9a,
  'arrow-swap': 0xebcb,
  'arrow-up': 0xeaa1,
  bookmark: 0xeaa5,
  'case-sensitive': 0xeab1,
  check: 0xeab2,
  'chevron-down': 0xeab4,
  'chevron-up': 0xeab7,
  'circle-filled': 0xea71,
  'circle-outline': 0xeabc,
  'debug-pause': 0xead1,
  close: 0xea76,
  'cloud-upload': 0xeac3,
  copy: 0xebcc,
  database: 0xeace,
  'debug-disconnect': 0xead0,
  diff: 0xeae1,
  edit: 0xea73,
  ellipsis: 0xea7c,
  error: 0xea87,
  'eye-closed': 0xeae7,
  eye: 0xea70,
  'file-binary': 0xeae8,
  'file-text': 0xec5e,
  'file-zip': 0xeaef,
  filter: 0xeaf1,
  'fold-down': 0xeaf3,
  'graph-line': 0xebe2,
  history: 0xea82,
  info: 0xea74,
  json: 0xeb0f,
  'list-filter': 0xeb83,
  loading: 0xeb19,
  lock: 0xea75,
  plug: 0xeb2d,
  pulse: 0xeb31,
  regex: 0xeb38,
  remote: 0xeb3a,
  save: 0xeb4b,
  search: 0xea6d,
  'stop-circle': 0xeba5,
  'symbol-event': 0xea86,
  'symbol-interface': 0xeb61,
  target: 0xebf8,
  terminal: 0xea85,
  unlock: 0xeb74,
  warning: 0xea6c,
  watch: 0xeb7c,
} as const;

export type IconName = keyof typeof GLYPHS;

/**
 * A decorative icon; the text beside it carries the meaning. It is a plain span, because each `vscode-icon` element
 * would load a style sheet. `.icon` is in styles.ts.
 */
export function icon(name: IconName, className = ''): TemplateResult {
  return html`<span class="icon ${className}" aria-hidden="true"
    >${String.fromCodePoint(GLYPHS[name])}</span
  >`;
}
