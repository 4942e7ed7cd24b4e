import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ExtensionContext, ExtensionMode } from 'vscode';
import type * as extensionBundle from './extension.ts';
import { CompiledBundle } from './files/compiledBundle.ts';

type Extension = typeof extensionBundle;

/** Milliseconds until the compiled code is kept: the start is over, and the first panel may have opened. */
const KEEP_DELAY = 10_000;

let extension: Extension | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * Loads the bundle of the extension and activates it. Half of the time that Node takes to load it goes into compiling, so
 * the compiled code is kept in the storage of the extension.
 */
export function activate(context: ExtensionContext): ReturnType<Extension['activate']> {
  const path = join(__dirname, 'extension.js');
  if (context.extensionMode === ExtensionMode.Development) {
    // A debugger finds the sources of what Node itself has loaded.
    extension = createRequire(path)(path) as Extension;
  } else {
    const cache = join(context.globalStorageUri.fsPath, 'compile-cache');
    const bundle = new CompiledBundle(path, readFileSync(path, 'utf8'), cache, 'window');
    const module = { exports: {} };
    bundle.run(module);
    extension = module.exports as Extension;
    timer = setTimeout(() => bundle.keep(), KEEP_DELAY);
  }
  return extension.activate(context);
}

export async function deactivate(): Promise<void> {
  clearTimeout(timer);
  await extension?.deactivate();
}
