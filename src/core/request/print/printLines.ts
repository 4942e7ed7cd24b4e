// Writes each kind of line so that reading it returns the same value.

/** @param mark `#` or `//` */
export function directiveLine(mark: string, name: string, argument: string): string {
  if (argument === '') return `${mark} @${name}`;
  // A leading = would be read as the optional one before a value.
  return `${mark} @${name} ${argument.startsWith('=') ? `= ${argument}` : argument}`;
}

export function headerLine(name: string, value: string): string {
  return `${name}: ${value}`.trimEnd();
}

export function variableLine(name: string, value: string): string {
  return `@${name} = ${value}`.trimEnd();
}

export function targetLine(keyword: string | undefined, url: string, version: string | undefined): string {
  return [keyword, url, version].filter((part) => part !== undefined && part !== '').join(' ');
}

export function continuationLine(text: string): string {
  return `  ${text}`;
}

export function requestSeparatorLine(title: string | undefined): string {
  return title === undefined ? '###' : `### ${title}`;
}

/**
 * @param word the word after `===`, such as `wait-for-server`
 * @param comment including its mark
 */
export function stepSeparatorLine(word = '', comment = ''): string {
  return ['===', word, comment].filter((part) => part !== '').join(' ');
}
