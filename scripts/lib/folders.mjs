// @ts-check
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
/** Downloads that are kept: VS Code versions and a Node for them. */
export const downloads = join(root, '.vscode-test');
/** Results of test runs for inspection. */
export const output = join(root, '.test-output');
