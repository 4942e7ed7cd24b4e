// @ts-check
// Preloaded into a server whose stdin is a pipe from the process that started it. That pipe ends with the
// parent, also when the parent was killed and could not clean up; then nobody needs the server any more.
import { isMainThread } from 'node:worker_threads';

// Worker threads inherit the preload; their stdin is at its end from the start.
if (isMainThread) {
  process.stdin.on('end', () => process.exit()).resume();
  process.stdin.unref?.();
  // What the server forks must not: an extension host under test is to be like any other.
  process.execArgv = process.execArgv.filter(
    (argument, index, all) => argument !== '--import' && all[index - 1] !== '--import',
  );
}
