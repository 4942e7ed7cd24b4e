import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { icon } from '../base/icons.ts';
import type { IconName } from '../base/icons.ts';

/**
 * An icon-only button of a toolbar; `toolStyles` are its styles. vscode-toolbar-button is 22 px wide, too small a
 * target.
 */
export function toolButton(
  name: IconName,
  label: string,
  onClick: () => void,
  title = label,
): TemplateResult {
  return html`<button type="button" class="tool" aria-label=${label} title=${title} @click=${onClick}>
    ${icon(name)}
  </button>`;
}
