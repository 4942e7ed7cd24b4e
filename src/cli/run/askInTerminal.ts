import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { makeVisible } from '../../core/format/visible.ts';
import { isSecretName } from '../../core/session/secrets/secretName.ts';

/**
 * Asks on standard error, so that standard output stays what it is. What looks like a secret is not shown while it is typed.
 * @returns undefined where there is no terminal, or the question was given up
 */
export async function askInTerminal(text: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const isHidden = isSecretName(text);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({
    input: process.stdin,
    output: isHidden ? silent : process.stderr,
    terminal: true,
  });
  try {
    const question = `${makeVisible(text)}: `;
    if (isHidden) process.stderr.write(question);
    return await asking.question(isHidden ? '' : question, { signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    asking.close();
    if (isHidden) process.stderr.write('\n');
  }
}
