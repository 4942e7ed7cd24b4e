import { join } from 'node:path';
import { root } from '../../../scripts/lib/folders.mjs';
import type { VscodeVersion } from '../../../scripts/lib/vscodes.mjs';

/** The output of `npm run package`. */
const PACKAGE = join(root, 'duplex.vsix');

interface Target {
  readonly name: string;
  readonly version: VscodeVersion;
  /** As in WindowOptions. */
  readonly extension: string;
}

/**
 * The tested builds: the extension as it is developed, and as it is installed, in the oldest VS Code and a current
 * one.
 */
export const targets: readonly Target[] = [
  { name: 'the development build in VS Code 1.139', version: '1.139', extension: root },
  { name: 'the package in VS Code 1.103', version: '1.103', extension: PACKAGE },
  { name: 'the package in VS Code 1.139', version: '1.139', extension: PACKAGE },
];
