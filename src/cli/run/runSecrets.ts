import { secretVariable } from '../../core/codegen/requestProgram.ts';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { askInTerminal } from './askInTerminal.ts';

/** Where the command line gets values from that no file holds. What was asked for once is not asked for again. */
export function terminalOutside(signal: AbortSignal): OutsidePorts {
  const answers = new Map<string, Promise<string | undefined>>();
  // One question at a time, whichever requests ask.
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
