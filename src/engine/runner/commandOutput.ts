import { execFile, type ExecFileException } from 'node:child_process';
import { parse } from 'shell-quote';
import type { CommandOutput } from '../../core/request/variables/outsideValues.ts';
import { excerpt } from '../../core/text/excerpt.ts';

/** Maximum milliseconds. A login may take long; a program that waits for input never ends. */
const MAX_TIME = 30_000;

/** Maximum bytes: far above any token. */
const MAX_OUTPUT = 64 * 1024;

/** The folder of a command, and its time limit. */
export interface CommandPlace {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly maxTime?: number;
}

/**
 * The output of a program without its final line feeds. The program runs without a shell, so nothing in its
 * arguments is expanded.
 * @param line program and arguments, quoted as in a shell
 */
export async function commandOutput(
  line: string,
  { cwd, signal, maxTime = MAX_TIME }: CommandPlace,
): Promise<CommandOutput> {
  const words = wordsOf(line);
  if (!words)
    return {
      problem:
        'No shell runs the command: write a program and its arguments, and put what has a meaning to a shell, such as | > $ * and ;, in single quotes.',
    };
  const [program, ...args] = words;
  if (program === undefined || program === '') return { problem: 'The command names no program: write one.' };
  const shown = `The command ${excerpt(program)}`;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      {
        cwd,
        timeout: maxTime,
        maxBuffer: MAX_OUTPUT,
        killSignal: 'SIGKILL',
        encoding: 'buffer',
        windowsHide: true,
        ...(signal && { signal }),
      },
      (error, stdout) => {
        const failure = error && failureOf(error, maxTime);
        if (failure !== null) resolve({ problem: `${shown} ${failure}` });
        else resolve(textOf(stdout, shown));
      },
    );
    // A program that asks for input gets the end of the input instead of waiting for a person.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end();
  });
}

/** The words of a command line; undefined if its syntax needs a shell. */
function wordsOf(line: string): readonly string[] | undefined {
  if (line.includes('\0')) return undefined;
  const entries = parse(line, (name) => ({ op: name }));
  return entries.every((entry) => typeof entry === 'string') ? entries : undefined;
}

/**
 * The end of a sentence about the failure. The program's standard error may hold secrets, so the sentence
 * does not repeat it.
 */
function failureOf(error: ExecFileException, maxTime: number): string {
  if (error.name === 'AbortError') return 'was cancelled.';
  if (error.code === 'ENOENT') return 'was not found: correct its name, or the variable PATH of the process.';
  if (error.code === 'EACCES') return 'may not be executed: make it executable.';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `prints more than ${MAX_OUTPUT / 1024} KiB: have it print the value alone.`;
  if (error.killed)
    return `did not end within ${maxTime / 1000} s: run it in a terminal to see what it waits for.`;
  const how =
    typeof error.code === 'number' ? `with status ${error.code}` : `by ${error.signal ?? String(error.code)}`;
  return `ended ${how}: run it in a terminal to see why.`;
}

function textOf(stdout: Uint8Array, shown: string): CommandOutput {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(stdout).replace(/[\r\n]+$/, '');
    return text === '' ? { problem: `${shown} prints nothing: have it print the value.` } : { text };
  } catch {
    // The output is not UTF-8, and the value of a variable is text.
    return { problem: `${shown} prints bytes that are not UTF-8: have it print text.` };
  }
}
