// @ts-check
/** Whether somebody is there to answer a question. */
export function canAsk() {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY);
}

/** @param {string} question answered by yes or no @returns {Promise<boolean>} false also for an empty answer */
export async function ask(question) {
  // Not there in a Node that is too old, which must get far enough to be told so.
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // readline takes Ctrl+C for itself: pass it on, so that it ends this process as it does elsewhere.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
