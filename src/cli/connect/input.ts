import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { CLEAR_ROW, createLineEditor } from './lineEditor.ts';

/** The source of the lines to send. */
export interface Input {
  readonly lines: AsyncIterable<Uint8Array>;
  /** Wraps a printed text so that the line that is being typed stays below it. */
  decorate(text: string): string;
  close(): void;
}

/** Reads lines from a pipe or a file. */
export function createStreamInput(stdin: Readable): Input {
  return { lines: inputLines(stdin), decorate: (text) => text, close: () => void stdin.destroy() };
}

type Keyboard = Pick<NodeJS.ReadStream, 'setRawMode' | 'on' | 'off' | 'destroy' | 'resume'>;
type Screen = Pick<NodeJS.WriteStream, 'write' | 'columns'>;

/**
 * Reads lines that are typed or pasted into a terminal.
 * @param screen the stream that shows typed text; undefined if neither output goes to a terminal
 * @param onInterrupt called for Ctrl+C, which is an ordinary key in raw mode
 */
export function createTerminalInput(
  stdin: Keyboard,
  screen: Screen | undefined,
  onInterrupt: () => void,
): Input {
  const editor = createLineEditor();
  const decoder = new StringDecoder('utf8');
  const queue: Uint8Array[] = [];
  let over = false;
  let wake = (): void => {};

  const draw = (): void => {
    screen?.write(editor.row(screen.columns || 80));
  };
  const suspend = (): void => {
    screen?.write(CLEAR_ROW);
    stdin.setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
  };
  const goOn = (): void => {
    stdin.setRawMode(true);
    draw();
  };
  const close = (): void => {
    if (over) return;
    over = true;
    process.off('SIGCONT', goOn);
    stdin.off('data', onData);
    screen?.write(CLEAR_ROW);
    stdin.setRawMode(false);
    stdin.destroy();
    wake();
  };
  const onData = (chunk: Buffer): void => {
    for (const typed of editor.feed(decoder.write(chunk))) {
      if (typed.kind === 'line') queue.push(Buffer.from(typed.text));
      else if (typed.kind === 'interrupt') onInterrupt();
      else if (typed.kind === 'suspend') suspend();
      else close();
    }
    wake();
    if (!over) draw();
  };
  async function* lines(): AsyncGenerator<Uint8Array> {
    for (;;) {
      yield* queue.splice(0);
      if (over && queue.length === 0) return;
      if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  stdin.on('data', onData);
  process.on('SIGCONT', goOn);
  goOn();
  stdin.resume();
  return {
    lines: lines(),
    decorate: (text) =>
      over || screen === undefined ? text : CLEAR_ROW + text + editor.row(screen.columns || 80),
    close,
  };
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Yields the lines of a byte stream as they arrive, of any length, without their line break (LF or CRLF), which the
 * last line may lack. The stream is read further only after a line was taken.
 */
export async function* inputLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // A line in many chunks is joined only when it is complete.
  let begun: Uint8Array[] = [];
  for await (const chunk of input) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      const rest = chunk.subarray(from, end);
      yield withoutReturn(begun.length === 0 ? rest : Buffer.concat([...begun, rest]));
      begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield withoutReturn(Buffer.concat(begun));
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CR ? line.subarray(0, -1) : line;
}
