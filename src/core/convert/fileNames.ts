/** A file to write into a folder. */
export interface WrittenFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Characters of a name, at most: with an ending they fit into 255 bytes. */
const MAX_NAME = 60;

/**
 * A file name that is valid on every system, with a number if another file has the name. Systems that ignore case see one file
 * in `Chat` and `chat`.
 * @param taken names of files in lower case, without the ending; the new one is added
 */
export function newFileName(name: string, taken: Set<string>): string {
  const plain = plainName(name);
  let found = plain;
  for (let count = 2; taken.has(found.toLowerCase()); count++) found = `${plain}-${count}`;
  taken.add(found.toLowerCase());
  return found;
}

/** Keeps the part of a name that is a valid file name on every system. */
function plainName(name: string): string {
  const kept = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/[.-]+$/, '');
  // By characters: half of a surrogate pair is not a name.
  const plain = [...kept]
    .slice(-MAX_NAME)
    .join('')
    .replace(/^[.-]+/, '');
  return plain === '' || /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(plain) ? `_${plain}` : plain;
}

/** Returns the name, with a number if it is taken, and adds it to the taken ones. */
export function unique(name: string, taken: Set<string>, separator = '_'): string {
  let found = name;
  for (let count = 2; taken.has(found); count++) found = `${name}${separator}${count}`;
  taken.add(found);
  return found;
}
