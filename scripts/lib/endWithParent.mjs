// @ts-check
// Preloaded into a server whose stdin is a pipe from its parent process. The pipe ends with the parent, even if the
// parent was killed and could not clean up. Then this server ends, too.
import { isMainThread } from 'node:worker_threads';

// Worker threads inherit the preload, but their stdin has ended from the start.
if (isMainThread) {
  process.stdin.on('end', () => process.exit()).resume();
  process.stdin.unref?.();
  // Forked processes must not inherit it: an extension host under test must be like any other.
  process.execArgv = process.execArgv.filter(
    (argument, index, all) => argument !== '--import' && all[index - 1] !== '--import',
  );
}
