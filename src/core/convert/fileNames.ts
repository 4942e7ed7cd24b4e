/** A file of a folder that is written. */
export interface WrittenFile {
  /** From the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Keeps the part of a name that is a valid file name on every system. */
export function plainName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(-60);
  return plain === '' || /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain) ? `_${plain}` : plain;
}

/** The name, with a number if it is taken; adds it to those. */
export function unique(name: string, taken: Set<string>, separator = '_'): string {
  let found = name;
  for (let count = 2; taken.has(found); count++) found = `${name}${separator}${count}`;
  taken.add(found);
  return found;
}
