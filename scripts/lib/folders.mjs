// @ts-check
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
/** What is downloaded once and kept: VS Codes and a Node for them. */
export const downloads = join(root, '.vscode-test');
/** What a test run leaves behind to be looked at. */
export const output = join(root, '.test-output');
