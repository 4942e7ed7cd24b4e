import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { relative, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/folders.mjs';
import { readableStack } from '../../../scripts/lib/readableStack.mjs';
import { temporaryFolder } from '../../support/folders.ts';

describe('readableStack', () => {
  it('drops the frames of VS Code, Node and packages', () => {
    const stack = [
      'Error: no',
      '    at mine (/somewhere/mine.js:1:2)',
      '    at x.executeCommand (http://127.0.0.1:1/static/out/vs/code/browser/workbench/workbench.js:1623:4732)',
      '    at y (file:///vscode/out/vs/workbench/api/node/extensionHostProcess.js:1:1)',
      '    at process.processTimers (node:internal/timers:519:7)',
      '    at run (/somewhere/node_modules/mocha/lib/runnable.js:1:1)',
    ];
    expect(readableStack(stack.join('\n'))).toBe('Error: no\n    at mine (/somewhere/mine.js:1:2)');
  });

  it('names the line of the source file that a bundle was built from', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'mine.ts');
    await writeFile(source, '\n\nexport function fail(): never {\n  throw new Error("no");\n}\nfail();\n');
    const built = join(folder, 'built/mine.js');
    await build({ entryPoints: [source], outfile: built, sourcemap: 'linked', format: 'cjs' });
    const { stderr } = spawnSync(process.execPath, [built], { encoding: 'utf8' });
    expect(stderr).toContain('mine.js');
    expect(readableStack(stderr)).toContain(`${relative(root, source)}:4:`);
  });

  it('leaves a text without frames as it is', () => {
    expect(readableStack('no result\nat all (code 1)')).toBe('no result\nat all (code 1)');
  });
});
