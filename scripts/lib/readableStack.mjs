// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './folders.mjs';

/**
 * Makes the stack of a built test readable: in lines of the .ts file, without the frames of VS Code and Node. The
 * extension host prints stacks in its own way, so Node's source maps cannot be enabled there.
 * @param {string} text an error's stack
 */
export function readableStack(text) {
  const foreign = /^\s+at .*(workbench\.js|extensionHostProcess\.js|node:|node_modules)/;
  return text
    .split('\n')
    .filter((line) => !foreign.test(line))
    .map((line) => line.replace(/([^\s(]+\.js):(\d+):(\d+)/, sourcePlace))
    .join('\n');
}

/** @param {string} place @param {string} file @param {string} line @param {string} column */
function sourcePlace(place, file, line, column) {
  const built = resolve(root, file.replace(/^file:\/\//, ''));
  if (!existsSync(`${built}.map`)) return place;
  const entry = new SourceMap(JSON.parse(readFileSync(`${built}.map`, 'utf8'))).findEntry(
    Number(line) - 1,
    Number(column) - 1,
  );
  if (!('originalSource' in entry)) return place;
  const source = relative(root, join(dirname(built), entry.originalSource));
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
