// @ts-check
// Preloaded into a server whose stdin is a pipe from the process that started it. That pipe ends with the
// parent, also when the parent was killed and could not clean up; then nobody needs the server any more.
process.stdin.on('end', () => process.exit()).resume();
process.stdin.unref?.();
