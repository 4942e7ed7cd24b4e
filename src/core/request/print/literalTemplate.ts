/** Variables that stand for what cannot be written: nothing at all, and a backslash before braces. */
export const WRITTEN_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['empty', ''],
  ['backslash', '\\'],
]);

/** A text as it is written where references count: its braces are made literal. */
export function literalTemplate(text: string): string {
  let written = '';
  let at = 0;
  for (const { index, 0: whole, 1: backslashes = '' } of text.matchAll(/(\\*)\{\{/g)) {
    written += text.slice(at, index);
    // An even number stays as it is before one more; an odd one cannot be written there.
    if (backslashes.length % 2 === 0) written += backslashes;
    else written = withReference(written + backslashes.slice(1), 'backslash');
    written += '\\{{';
    at = index + whole.length;
  }
  return written + text.slice(at);
}

/** @param written a template to which `{{name}}` is added; what stands before must not make its braces literal */
export function withReference(written: string, name: string): string {
  // Also over a brace between, for the first two braces count.
  const [end = '', backslashes = '', brace = ''] = /(\\*)(\{?)$/.exec(written) ?? [];
  if (backslashes.length % 2 === 0) return `${written}{{${name}}}`;
  const before = written.slice(0, written.length - end.length) + backslashes.slice(1);
  return `${withReference(before, 'backslash')}${brace}{{${name}}}`;
}

/** `{{name}}` and `{{$name argument}}`, as other clients write them too. */
const REFERENCE = /\{\{\s*(\$?[\p{L}_][\p{L}\p{N}_.-]*(?:\s+[^{}\s][^{}]*?)?)\s*\}\}/gu;

/** Writes a text that holds references already: they stay what they are. @param literal writes what stands between them */
export function keepReferences(literal: (text: string) => string): (text: string) => string {
  return (text) => {
    let written = '';
    let at = 0;
    for (const { index, 0: whole, 1: name = '' } of text.matchAll(REFERENCE)) {
      written = withReference(written + literal(text.slice(at, index)), name);
      at = index + whole.length;
    }
    return written + literal(text.slice(at));
  };
}

/** Whether the part of a credential that is secret, its end, is a reference: `Basic me {{password}}` gives nothing away. */
export function endsWithReference(text: string): boolean {
  const last = [...text.matchAll(REFERENCE)].at(-1);
  return last !== undefined && last.index + last[0].length === text.trimEnd().length;
}
