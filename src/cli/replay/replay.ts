import { resolve } from 'node:path';
import { requireProtocol } from '../../core/protocol/protocolChoice.ts';
import { Engine } from '../../engine/engine.ts';
import { detailOf, jsonLine } from '../../engine/recordingFile.ts';
import { replayClient } from '../../engine/replay/replayClient.ts';
import { openReplayScript } from '../../engine/replay/replayScript.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { EXIT, statusOfError, worst, type ExitStatus } from '../exitStatus.ts';
import { onInterrupts } from '../interrupts.ts';
import { createConnectPrinter } from '../output/connectPrinter.ts';
import { createOutcome, isFileFailure } from '../output/outcome.ts';
import { createOutput } from '../output/output.ts';
import { printSentence } from '../output/printSentence.ts';

export interface ReplaySettings {
  /** The connection to replay on. Its protocol, if it has one, replaces the recorded one. */
  readonly connection: { readonly url: string } & Partial<ConnectOptions>;
  /** How many times faster than recorded; Infinity: without pauses. */
  readonly speed: number;
  /** Milliseconds to wait for a recorded answer in addition to its recorded pause. */
  readonly wait: number;
  /** The folder to record in; undefined: no recording. */
  readonly record: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
}

/**
 * Replays the client of a recording and prints the new conversation.
 * @throws DuplexError if the recording cannot be read, the options are invalid, or the folder cannot hold a recording
 */
export async function replay(
  path: string,
  { connection, speed, wait, record, quiet, json }: ReplaySettings,
  workersFolder: string,
): Promise<ExitStatus> {
  const { protocol } = connection;
  if (protocol !== undefined) requireProtocol({ protocol });
  const recorded = await openReplayScript(resolve(path), 'client', ({ text, isLoss }) => {
    if (isLoss || !quiet) printSentence(text);
  });
  const script = protocol === undefined ? recorded : { ...recorded, protocol };
  const stopping = new AbortController();
  const faults: ExitStatus[] = [];
  const told = new Set<string>();
  const output = createOutput(process.stdout, {
    onGone(error) {
      if (error) {
        faults.push(EXIT.usage);
        printSentence(`Standard output cannot be written: ${error.message}.`);
      }
      stopping.abort();
    },
  });
  const engine = new Engine({
    workersFolder,
    onError(error) {
      faults.push(statusOfError(error));
      told.add(error.message);
      printSentence(error.message);
    },
  });
  onInterrupts(
    () => stopping.abort(),
    () => process.exit(EXIT.connection),
  );
  try {
    const outcome = createOutcome();
    const { divergences, error } = await replayClient(engine, script, {
      connection,
      ...(record !== undefined && { init: { folder: resolve(record) } }),
      speed,
      patience: wait,
      signal: stopping.signal,
      onDivergence({ text }) {
        if (quiet && !json) printSentence(text);
      },
      tap(session) {
        let print: ReturnType<typeof createConnectPrinter> | undefined;
        return {
          onRow(row) {
            outcome.row(row, row.payload);
            print ??= createConnectPrinter({
              form: json ? 'json' : 'text',
              quiet,
              startedAt: session().timeline.startedAt,
              output,
              complain: (text) => void process.stderr.write(text),
              outcome,
              units: undefined,
            });
            print(row, row.payload);
            const isDivergence = row.kind === 'note' && detailOf(row.payload)['note'] === 'divergence';
            if (quiet && json && isDivergence)
              for (const piece of jsonLine(row, row.payload)) output.write(piece);
          },
        };
      },
    });
    // A row reports why a connection failed, but not why its replay failed.
    if (error && !outcome.failed && !told.has(error.message)) printSentence(error.message);
    const count = divergences.length;
    if (count > 0)
      printSentence(
        `The replay diverges from the recording in ${count === 1 ? 'one place' : `${count} places`}.`,
      );
    return worst(
      ...faults,
      ...(error ? [isFileFailure(error) ? EXIT.usage : EXIT.connection] : []),
      count > 0 ? EXIT.expectation : EXIT.ok,
    );
  } finally {
    await engine.dispose();
    recorded.close();
    await output.flush();
  }
}
