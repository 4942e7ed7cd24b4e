import type { Resolved, Scope } from '../variables/scope.ts';
import type { Template } from '../syntax/template.ts';

/**
 * Fills in a condition's value or JSONPath. Within quotes, the quotes and backslashes of a variable's value are
 * escaped. Elsewhere its text is read as if it were written there.
 */
export function fillTemplate(template: Template, scope: Scope): Resolved {
  if (template.parts.every((part) => typeof part === 'string')) return { text: template.parts.join('') };
  let text = '';
  let quote = '';
  for (const part of template.parts) {
    if (typeof part === 'string') {
      quote = quoteAfter(part, quote);
      text += part;
      continue;
    }
    const resolved = scope.resolve({ range: part.range, parts: [part] });
    if ('problems' in resolved) return resolved;
    text += quote === '' ? resolved.text : escaped(resolved.text, quote);
  }
  return { text };
}

/** The quote that is still open at the end of a piece; '' if none is. */
function quoteAfter(piece: string, quote: string): string {
  for (let at = 0; at < piece.length; at++) {
    const character = piece[at]!;
    if (quote !== '' && character === '\\') at++;
    else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  return quote;
}

function escaped(value: string, quote: string): string {
  const inDouble = JSON.stringify(value).slice(1, -1);
  return quote === '"' ? inDouble : inDouble.replace(/\\"/g, '"').replace(/'/g, "\\'");
}
