import { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { connectPrinter } from '../output/connectPrinter.ts';
import { echo } from './echo.ts';
import { createAutoExit, type AutoExit } from './autoExit.ts';
import type { ExitStatus } from '../exitStatus.ts';
import { streamInput, terminalInput, type Input } from './input.ts';
import { onInterrupts } from '../interrupts.ts';
import type { LineRow } from '../../engine/recordedLines.ts';
import { createOutcome } from '../output/outcome.ts';
import { createOutput, type Output } from '../output/output.ts';
import { sendInput, type Outgoing } from './sendInput.ts';
import { sentenceLine } from '../output/tell.ts';

export interface ConnectSettings {
  readonly options: { readonly url: string } & Partial<ConnectOptions>;
  readonly outgoing: readonly Outgoing[];
  readonly echo: boolean;
  /** Where to record; undefined: nowhere. */
  readonly record: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
  /** Milliseconds; undefined: not given. */
  readonly wait: number | undefined;
}

/**
 * Connects, sends what is to be sent, and prints what happens, until one of the endings of docs/cli.md.
 * @throws DuplexError for options that are not valid, and for a folder that cannot be recorded to
 */
export async function connect(settings: ConnectSettings, workersFolder: string): Promise<ExitStatus> {
  const outcome = createOutcome();
  let input: Input | undefined;
  let recorded: Session | undefined;
  const decorated = (text: string, stream: NodeJS.WriteStream): string =>
    stream.isTTY ? (input?.decorate(text) ?? text) : text;
  const complain = (text: string): void => void process.stderr.write(decorated(text, process.stderr));
  const blame = (sentence: string): void => {
    outcome.fault();
    complain(sentenceLine(sentence));
  };
  let hangUp = (): void => {};
  const output = createOutput(process.stdout, {
    decorate: (text) => decorated(text, process.stdout),
    onGone(error) {
      if (error) blame(`Standard output cannot be written: ${error.message}.`);
      hangUp();
    },
  });
  let ready = false;
  const engine = new Engine({
    workersFolder,
    onError(error) {
      // Of a recording that cannot be begun, recordingReady() tells.
      if (ready) blame(error.message);
    },
  });

  try {
    const autoExit = createAutoExit({
      wait: settings.wait,
      lingers: settings.echo || settings.record !== undefined,
      end: () => hangUp(),
    });
    const keepPace = pacing(output, autoExit);
    let print: (row: LineRow, payload: Uint8Array) => void = () => {};
    const session = engine.create(settings.options, {
      ...(settings.record !== undefined && { folder: settings.record }),
      tap: {
        onRow(row) {
          outcome.row(row, row.payload);
          print(row, row.payload);
          keepPace(session);
          if (row.direction !== 'in' || (row.kind !== 'text' && row.kind !== 'binary')) return;
          autoExit.received();
          if (settings.echo) void echo(session, { kind: row.kind, data: row.payload.slice() }, autoExit);
        },
      },
    });
    recorded = session;
    print = connectPrinter({ ...settings, startedAt: session.summary.startedAt, output, complain, outcome });
    await session.recordingReady();
    ready = true;

    const ended = endOf(session);
    let isOurs = false;
    let isOver = false;
    hangUp = () => {
      isOurs = true;
      outcome.closing();
      autoExit.stop();
      session.disconnect().catch((error: unknown) => blame(toDuplexError(error).message));
    };
    const interrupt = onInterrupts(hangUp, () => {
      input?.close();
      session.terminate();
      void engine.dispose().finally(() => process.exit(outcome.status));
    });
    if (await opens(session)) {
      autoExit.opened();
      input = process.stdin.isTTY
        ? terminalInput(process.stdin, screen(), interrupt)
        : streamInput(process.stdin);
      const { lines } = input;
      sendInput({ session, outgoing: settings.outgoing, lines, autoExit, output, onProblem: blame })
        .then((isWhole) => {
          if (!isWhole && !isOurs)
            complain(sentenceLine('The connection ended before all of the input was sent.'));
        })
        .catch((error: unknown) => {
          // Closing the input breaks off its reading.
          if (!isOver) blame(`Standard input cannot be read: ${toDuplexError(error).message}.`);
        })
        .finally(() => autoExit.inputOver());
      await ended;
      isOver = true;
      autoExit.stop();
      input.close();
    }
  } finally {
    await engine.dispose();
    // Where the recording could not be begun, recordingReady() has told.
    const missing = ready ? recorded?.summary.unrecorded : undefined;
    if (missing)
      blame(`${missing.messages} rows with ${missing.bytes} bytes were not recorded: ${missing.reason}`);
    await output.flush();
  }
  return outcome.status;
}

/** Whether the connection came about; where not, its error row has told why. */
function opens(session: Session): Promise<boolean> {
  return session.connect().then(
    () => true,
    () => false,
  );
}

/** The end for good: a session that waits for a reconnect, or makes one, goes on. */
function endOf(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.onDidChange(() => {
      if (session.state === 'closed' || session.state === 'failed') resolve();
    });
  });
}

/** Reads nothing more from the server while the reader of the output is behind. */
function pacing(output: Output, autoExit: AutoExit): (session: Session) => void {
  let isHeld = false;
  return (session) => {
    if (isHeld || !output.full) return;
    isHeld = true;
    const goOn = session.hold();
    const release = autoExit.busy();
    void output.drained().then(() => {
      isHeld = false;
      goOn();
      release();
    });
  };
}

/** Where to show what is typed. */
function screen(): NodeJS.WriteStream | undefined {
  return [process.stdout, process.stderr].find((stream) => stream.isTTY);
}
