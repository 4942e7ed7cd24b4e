import { resolve } from 'node:path';
import { Engine } from '../../engine/engine.ts';
import { openRecording } from '../../engine/recordingFile.ts';
import { replayScript } from '../../engine/replay/replayScript.ts';
import { replayServer } from '../../engine/replay/replayServer.ts';
import { EXIT } from '../exitStatus.ts';
import { onInterrupts } from '../interrupts.ts';
import { numberedRows, tellOpenHost } from '../output/numberedRows.ts';
import { createOutput } from '../output/output.ts';
import { tell } from '../output/tell.ts';
import { recordFolder } from '../recordings/recordFolder.ts';

export interface ServeRecordingOptions {
  readonly host: string;
  readonly port: number;
  /** How many times faster than recorded; Infinity: without pauses. */
  readonly speed: number;
  /** A folder to record in, a folder a connection. */
  readonly record: string | undefined;
  readonly json: boolean;
}

/**
 * Plays the server of a recording to each client until it is interrupted. The first line of the output is the URL.
 * @throws DuplexError `file.invalid`, `disk.denied` for the recording, `call.invalid` where it cannot listen
 */
export async function serveRecording(
  path: string,
  { host, port, speed, record, json }: ServeRecordingOptions,
  workersFolder: string,
): Promise<void> {
  const recording = openRecording(resolve(path));
  let script;
  try {
    script = replayScript(recording);
  } finally {
    recording.close();
  }
  const folder = record === undefined ? undefined : await recordFolder(record);
  const engine = new Engine({
    workersFolder,
    ...(folder !== undefined && { recordingsFolder: folder }),
    onError: ({ message }) => tell(message),
  });
  try {
    // A program that only reads the URL may close the output; the server continues.
    const output = createOutput(process.stdout, { onGone: () => {} });
    const server = await replayServer(engine, script, {
      host,
      port,
      speed,
      tap: numberedRows(output, json),
      onFault: tell,
    });
    const stopped = new Promise<void>((done) => {
      onInterrupts(done, () => process.exit(EXIT.ok));
    });
    output.write(`${server.url}\n`);
    tellOpenHost(host);
    await stopped;
    await server.stop();
    await output.flush();
  } finally {
    await engine.dispose();
  }
}
