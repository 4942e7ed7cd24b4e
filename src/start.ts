import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ExtensionContext, ExtensionMode } from 'vscode';
import type * as extensionBundle from './extension.ts';
import { CompiledBundle } from './files/compiledBundle.ts';

type Extension = typeof extensionBundle;

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
    return extension.activate(context);
  }
  const cache = join(context.globalStorageUri.fsPath, 'compile-cache');
  const bundle = new CompiledBundle(path, readFileSync(path, 'utf8'), cache, 'window');
  const module = { exports: {} };
  bundle.run(module);
  extension = module.exports as Extension;
  const api = extension.activate(context);
  // Directly after the start: code of functions that run later would be read by each start.
  timer = setTimeout(() => bundle.keep(), 0);
  return api;
}

export async function deactivate(): Promise<void> {
  clearTimeout(timer);
  await extension?.deactivate();
}
