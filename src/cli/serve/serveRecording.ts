import { resolve } from 'node:path';
import { openReplayScript } from '../../engine/replay/replayScript.ts';
import { replayServer } from '../../engine/replay/replayServer.ts';
import { listenCertificate } from '../listenTls.ts';
import { printSentence } from '../output/printSentence.ts';
import { untilInterrupted, type ListeningOptions } from '../untilInterrupted.ts';

export interface ServeRecordingOptions extends ListeningOptions {
  readonly host: string;
  readonly port: number;
  /** How many times faster than recorded; Infinity: without pauses. */
  readonly speed: number;
}

/**
 * Plays the server of a recording to each client until an interrupt. The first line of the output is the URL.
 * @throws DuplexError `file.invalid` or `disk.denied` if the recording cannot be read, `call.invalid` if listening
 * fails
 */
export async function serveRecording(
  path: string,
  { host, port, speed, ...listening }: ServeRecordingOptions,
  workersFolder: string,
): Promise<void> {
  const script = await openReplayScript(resolve(path), 'server', ({ text }) => printSentence(text));
  try {
    await untilInterrupted(listening, workersFolder, async ({ engine, rows, onFault, onStop }) => {
      const certificate = await listenCertificate(listening.tls, host);
      const server = await replayServer(engine, script, {
        host,
        port,
        certificate,
        speed,
        tap: rows,
        onFault,
      });
      onStop(() => server.stop());
      return [{ url: server.url, host, certificate }];
    });
  } finally {
    script.close();
  }
}
