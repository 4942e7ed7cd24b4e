import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { visibleParts } from '../../core/format/visible.ts';

type Part = string | TemplateResult;

/** A line of a server's text: characters without a shape of their own are replaced and set apart. */
export function inertText(text: string): Part[] {
  return visibleParts(text).map((part): Part =>
    part.replaced ? html`<span class="replaced">${part.text}</span>` : part.text,
  );
}

/** The same of several lines, for an element that keeps line breaks. A lone CR is set apart, as is whatever hides. */
export function inertLines(text: string): Part[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => (index === 0 ? [] : ['\n' as Part]).concat(inertText(line)));
}
