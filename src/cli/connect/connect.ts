import { UnitReader } from '../../core/protocol/unitReader.ts';
import { usualPath } from '../../core/session/options/usualPath.ts';
import { Engine } from '../../engine/engine.ts';
import type { Session } from '../../engine/session.ts';
import { toDuplexError, type DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { createConnectPrinter } from '../output/connectPrinter.ts';
import { createAutoExit, type AutoExit } from './autoExit.ts';
import { EXIT, statusOfError, type ExitStatus } from '../exitStatus.ts';
import { createUnsentCount, cutOffSentence, partialSentence, autoCloseSentence } from './endReport.ts';
import { createStreamInput, createTerminalInput, type Input } from './input.ts';
import { onInterrupts } from '../interrupts.ts';
import type { LineRow } from '../../engine/recordingFile.ts';
import type { RowForm } from '../output/rowForm.ts';
import { createOutcome } from '../output/outcome.ts';
import { createOutput, type Output } from '../output/output.ts';
import { createOutbox } from './outbox.ts';
import { sendInput, type Outgoing, type Source } from './sendInput.ts';
import { sentenceLine } from '../output/printSentence.ts';

export interface ConnectSettings {
  readonly options: { readonly url: string } & Partial<ConnectOptions>;
  readonly outgoing: readonly Outgoing[];
  readonly echo: boolean;
  /** The folder to record in; undefined: no recording. */
  readonly record: string | undefined;
  readonly quiet: boolean;
  readonly form: RowForm;
  /** Whether to print the decoded form of messages. */
  readonly units: boolean;
  /** Value of `--wait` in milliseconds; undefined if the option is absent. */
  readonly wait: number | undefined;
}

/**
 * Connects, sends the input, and prints events until one of the endings in docs/cli.md.
 * @throws DuplexError if the options are invalid, or the folder cannot hold a recording
 */
export async function connect(settings: ConnectSettings, workersFolder: string): Promise<ExitStatus> {
  const { form, quiet, options } = settings;
  const outcome = createOutcome();
  let input: Input | undefined;
  let session: Session | undefined;
  const decorated = (text: string, stream: NodeJS.WriteStream): string =>
    stream.isTTY ? (input?.decorate(text) ?? text) : text;
  const complain = (text: string): void => void process.stderr.write(decorated(text, process.stderr));
  const say = (sentence: string): void => complain(sentenceLine(sentence));
  const blame = (sentence: string, status: ExitStatus = EXIT.usage): void => {
    outcome.fault(status);
    say(sentence);
  };
  const blameError = (error: DuplexError): void => blame(error.message, statusOfError(error));
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
      // recordingReady() reports a recording that fails to start.
      if (ready || error.code === 'internal') blameError(error);
    },
  });

  try {
    const autoExit = createAutoExit({
      wait: settings.wait,
      lingers: settings.echo || settings.record !== undefined,
      arrived: () => opened.arriving?.received ?? 0,
      taken: () => (opened.bufferedAmount > 0 ? opened.bytesWritten : undefined),
      end(reason) {
        const sentence = autoCloseSentence(reason);
        if (sentence !== undefined && !quiet) say(sentence);
        hangUp();
      },
    });
    const keepPace = pacing(output, autoExit);
    let print: (row: LineRow, payload: Uint8Array) => void = () => {};
    const decoding = settings.units ? await engine.schemas.decoding(options.decode) : undefined;
    const opened = engine.create(options, {
      ...(settings.record !== undefined && { folder: settings.record }),
      tap: {
        onRow(row) {
          outcome.row(row, row.payload);
          print(row, row.payload);
          keepPace(opened);
          if (row.direction !== 'in' || (row.kind !== 'text' && row.kind !== 'binary')) return;
          autoExit.received();
          if (settings.echo) void outbox.echo({ kind: row.kind, data: row.payload.slice() });
        },
      },
    });
    session = opened;
    if (opened.options.insecure && !quiet)
      say('Certificates are not verified (--insecure): anyone on the path can read and change the traffic.');
    const path = usualPath(opened.options);
    if (path !== undefined && !quiet)
      say(
        `The URL has no path, and servers of Socket.IO listen at ${path}: add it, or the path of your server.`,
      );
    const outbox = createOutbox(opened, autoExit);
    const { startedAt } = opened.timeline;
    const units = settings.units ? new UnitReader({ ...opened.options, decoding }) : undefined;
    print = createConnectPrinter({ form, quiet, startedAt, output, complain, outcome, units });
    await opened.recordingReady();
    ready = true;

    const ended = endOf(opened);
    const unsent = createUnsentCount();
    let isOurs = false;
    let isOver = false;
    /** Reports once which messages the end of the connection cut off. */
    const reportEnd = (): void => {
      if (isOver) return;
      isOver = true;
      autoExit.stop();
      // While the reader of the output is behind or gone, the remaining data is not read.
      const { arriving } = output.full || output.gone || outcome.failed ? { arriving: undefined } : opened;
      const losses = [
        arriving && partialSentence(arriving),
        isOurs ? cutOffSentence(outbox.unsent) : undefined,
      ];
      for (const sentence of losses) {
        if (sentence === undefined) continue;
        outcome.lost();
        say(sentence);
      }
      const sentence = isOurs ? undefined : unsent.sentence();
      if (sentence !== undefined) say(sentence);
    };
    hangUp = () => {
      isOurs = true;
      outcome.closing();
      autoExit.stop();
      opened.disconnect().catch((error: unknown) => blameError(toDuplexError(error)));
    };
    const interrupt = onInterrupts(hangUp, () => {
      input?.close();
      opened.terminate();
      reportEnd();
      void engine.dispose().finally(() => process.exit(outcome.status));
    });
    if (await opens(opened)) {
      const opening = await opened.conduct.opening(opened.options.handshakeTimeout);
      if (opening.state === 'refused' && opened.state === 'open') {
        blame(opening.reason, EXIT.connection);
        hangUp();
      }
      autoExit.opened();
      input = process.stdin.isTTY
        ? createTerminalInput(process.stdin, screen(), interrupt)
        : createStreamInput(process.stdin);
      const { lines } = input;
      const { outgoing } = settings;
      const onUnsent = (source: Source): void => unsent.add(source);
      const inputOver = sendInput({ outbox, outgoing, lines, autoExit, output, onProblem: blame, onUnsent })
        .catch((error: unknown) => {
          // Closing the input interrupts reading it.
          if (!isOver) blame(`Standard input cannot be read: ${toDuplexError(error).message}.`);
        })
        .finally(() => autoExit.inputOver());
      await ended;
      autoExit.stop();
      if (!isOurs && !process.stdin.isTTY) await unsent.settled(inputOver);
      reportEnd();
      input.close();
    }
  } catch (error) {
    // The recording cannot start because its worker crashed, which is already reported.
    if (outcome.status !== EXIT.internal) throw error;
  } finally {
    await engine.dispose();
    // recordingReady() has reported a recording that failed to start.
    const missing = ready ? session?.timeline.unrecorded : undefined;
    if (missing)
      blame(`${missing.messages} rows with ${missing.bytes} bytes were not recorded: ${missing.reason}`);
    await output.flush();
  }
  return outcome.status;
}

/** Resolves to whether the connection opened; if not, its error row has reported the reason. */
function opens(session: Session): Promise<boolean> {
  return session.connect().then(
    () => true,
    () => false,
  );
}

/** Resolves at the final end: a session that is about to reconnect continues. */
function endOf(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.onDidChange(() => {
      if (session.state === 'closed' || session.state === 'failed') resolve();
    });
  });
}

/** Stops reading from the server while the reader of the output is behind. */
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

/** The terminal that shows typed text; undefined if neither output goes to a terminal. */
function screen(): NodeJS.WriteStream | undefined {
  return [process.stdout, process.stderr].find((stream) => stream.isTTY);
}
