import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { makeVisible } from '../../core/format/visible.ts';
import type { CommandOutput, Question, OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { isSecretName } from '../../core/text/secretName.ts';
import { secretVariable } from '../../core/codegen/requestProgram.ts';
import { commandOutput } from '../../engine/runner/commandOutput.ts';

/**
 * Asks on standard error, to keep standard output clean. Input that looks like a secret is hidden while it is typed.
 * @returns the input; without a terminal, the default value of the question; undefined without an answer
 */
async function askInTerminal(
  text: string,
  { fallback, choices, isHidden: hides = false }: Question,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return fallback;
  const isHidden = hides || isSecretName(text);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({
    input: process.stdin,
    output: isHidden ? silent : process.stderr,
    terminal: true,
  });
  try {
    const hint = choices ? ` (${choices.join(', ')})` : fallback === undefined ? '' : ` (${fallback})`;
    const question = `${makeVisible(text + hint)}: `;
    if (isHidden) process.stderr.write(question);
    for (;;) {
      const typed = await asking.question(isHidden ? '' : question, { signal });
      const answer = typed === '' ? (fallback ?? typed) : typed;
      if (!choices || choices.includes(answer)) return answer;
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    asking.close();
    if (isHidden) process.stderr.write('\n');
  }
}

/**
 * The values that a run asks for: from questions, the environment and programs. Each question is asked once, and each
 * program runs once.
 * @param allowsCommands whether the files may run programs
 */
export function createTerminalOutside(signal: AbortSignal, allowsCommands: boolean): OutsidePorts {
  const answers = new Map<string, Promise<string | undefined>>();
  const outputs = new Map<string, Promise<CommandOutput>>();
  // Questions are asked one at a time, even for parallel requests.
  let last: Promise<unknown> = Promise.resolve();
  return {
    env: (name) => process.env[name],
    secret: (name) => Promise.resolve(process.env[secretVariable(name)]),
    prompt(text, question = {}) {
      let answer = answers.get(text);
      if (!answer) {
        answer = last.then(() => askInTerminal(text, question, signal));
        answers.set(text, answer);
        last = answer.catch(() => undefined);
      }
      return answer;
    },
    command(line) {
      if (!allowsCommands)
        return Promise.resolve({
          problem: 'Request files may run no commands: allow those of this file with --allow-commands.',
        });
      let output = outputs.get(line);
      if (!output) outputs.set(line, (output = commandOutput(line, { cwd: process.cwd(), signal })));
      return output;
    },
    remedies: {
      secret: (name) => `set the environment variable ${secretVariable(name)}.`,
      prompt: 'run it in a terminal, or make it a variable of the file and give that with --var.',
    },
  };
}
