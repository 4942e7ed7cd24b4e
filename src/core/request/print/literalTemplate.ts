/** Variables for text that cannot be written literally: the empty text, and a backslash before braces. */
export const WRITTEN_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['empty', ''],
  ['backslash', '\\'],
]);

/** Writes a text where references are read: its braces are escaped. */
export function literalTemplate(text: string): string {
  let written = '';
  let at = 0;
  for (const { index, 0: whole, 1: backslashes = '' } of text.matchAll(/(\\*)\{\{/g)) {
    written += text.slice(at, index);
    // An even number of backslashes stays before the added one. An odd number cannot be written there.
    if (backslashes.length % 2 === 0) written += backslashes;
    else written = withReference(written + backslashes.slice(1), 'backslash');
    written += '\\{{';
    at = index + whole.length;
  }
  return written + text.slice(at);
}

/** @param written a template to which `{{name}}` is appended; its end must not escape the braces */
export function withReference(written: string, name: string): string {
  // This also covers a brace in between, because the first two braces count.
  const [end = '', backslashes = '', brace = ''] = /(\\*)(\{?)$/.exec(written) ?? [];
  if (backslashes.length % 2 === 0) return `${written}{{${name}}}`;
  const before = written.slice(0, written.length - end.length) + backslashes.slice(1);
  return `${withReference(before, 'backslash')}${brace}{{${name}}}`;
}

/** `{{name}}` and `{{$name argument}}`, the form that other clients write too. */
const REFERENCE = /\{\{\s*(\$?[\p{L}_][\p{L}\p{N}_.-]*(?:\s+[^{}\s][^{}]*?)?)\s*\}\}/gu;

/** A file of another client must not start a program here: only the user may write `{{$command …}}`. */
const COMMAND = /^\$command\b/;

/** Writes a text that already holds references, which stay but for commands. @param literal writes the text between them */
export function keepReferences(literal: (text: string) => string): (text: string) => string {
  return (text) => {
    let written = '';
    let at = 0;
    for (const { index, 0: whole, 1: name = '' } of text.matchAll(REFERENCE)) {
      if (COMMAND.test(name)) continue;
      written = withReference(written + literal(text.slice(at, index)), name);
      at = index + whole.length;
    }
    return written + literal(text.slice(at));
  };
}

/** Whether the secret part of a credential, its end, is a reference: `Basic me {{password}}` reveals nothing. */
export function endsWithReference(text: string): boolean {
  const last = [...text.matchAll(REFERENCE)].at(-1);
  return last !== undefined && last.index + last[0].length === text.trimEnd().length;
}
