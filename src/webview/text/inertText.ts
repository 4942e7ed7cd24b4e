import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { visibleParts } from '../../core/format/visible.ts';

type Part = string | TemplateResult;

/** One line of a server's text. Invisible characters are replaced by visible signs and highlighted. */
export function inertParts(text: string): Part[] {
  return visibleParts(text).map((part): Part =>
    part.replaced ? html`<span class="replaced">${part.text}</span>` : part.text,
  );
}

/** Several lines, for an element that keeps line breaks. A lone CR is highlighted like an invisible character. */
export function inertLines(text: string): Part[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => (index === 0 ? [] : ['\n' as Part]).concat(inertParts(line)));
}
