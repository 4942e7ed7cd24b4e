import { secretVariable } from '../../core/codegen/requestProgram.ts';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { askInTerminal } from './askInTerminal.ts';

/** Values for the command line that no file holds. Each question is asked only once. */
export function terminalOutside(signal: AbortSignal): OutsidePorts {
  const answers = new Map<string, Promise<string | undefined>>();
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
    remedies: {
      secret: (name) => `set the environment variable ${secretVariable(name)}.`,
      prompt: 'run it in a terminal, or make it a variable of the file and give that with --var.',
    },
  };
}
