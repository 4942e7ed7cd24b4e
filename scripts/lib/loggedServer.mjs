// @ts-check
import { endOf, start } from './lifetime.mjs';

/**
 * Starts a server that reports on stdout or stderr when it is ready, and keeps its output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function loggedServer(command, args, env) {
  const child = start(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = endOf(child);
  let log = '';
  /** @type {Set<() => void>} */
  const watchers = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      log += text;
      for (const look of watchers) look();
    });
  }

  return {
    child,
    /** Resolves with how it ended. */
    ended,
    log: () => log,
    /** @param {RegExp} pattern @returns {Promise<RegExpExecArray>} resolves when the log matches */
    logged: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          const found = pattern.exec(log);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
}

/** The end of a log, for an error message. @param {string} log */
export function lastLines(log) {
  return log.trim().split('\n').slice(-3).join(' ');
}
