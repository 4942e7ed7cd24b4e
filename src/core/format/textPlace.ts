/** A position in a text as editors count it, from 1. */
export function textPlace(text: string, index: number): string {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  const column = index - before.lastIndexOf('\n');
  return line === 1 && !text.includes('\n') ? `at column ${column}` : `at line ${line}, column ${column}`;
}
