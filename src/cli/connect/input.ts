import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { inputLines } from './inputLines.ts';
import { CLEAR_ROW, createLineEditor } from './lineEditor.ts';

/** The source of the lines to send. */
export interface Input {
  readonly lines: AsyncIterable<Uint8Array>;
  /** Wraps a printed text so that the line being typed stays below it. */
  decorate(text: string): string;
  close(): void;
}

/** A pipe or a file. */
export function streamInput(stdin: Readable): Input {
  return { lines: inputLines(stdin), decorate: (text) => text, close: () => void stdin.destroy() };
}

type Keyboard = Pick<NodeJS.ReadStream, 'setRawMode' | 'on' | 'off' | 'destroy' | 'resume'>;
type Screen = Pick<NodeJS.WriteStream, 'write' | 'columns'>;

/**
 * Lines that are typed or pasted into a terminal.
 * @param screen the stream that shows what is typed; undefined: none, because neither output goes to a terminal
 * @param onInterrupt called for Ctrl+C, which is an ordinary key in raw mode
 */
export function terminalInput(stdin: Keyboard, screen: Screen | undefined, onInterrupt: () => void): Input {
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
