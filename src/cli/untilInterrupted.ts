import { Engine } from '../engine/engine.ts';
import type { OnClientFault } from '../shared/refusedClient.ts';
import { EXIT } from './exitStatus.ts';
import { onInterrupts } from './interrupts.ts';
import { printCertificates, type ListenCertificate, type ListenTlsOptions } from './listenTls.ts';
import { createFaultPrinter, createNumberedRows, warnOfOpenHost } from './output/numberedRows.ts';
import { createOutput } from './output/output.ts';
import { printSentence } from './output/printSentence.ts';
import { recordFolder } from './recordings/recordFolder.ts';

export interface ListeningOptions {
  /** The folder to record in, with one folder per connection. */
  readonly record: string | undefined;
  readonly json: boolean;
  readonly tls: ListenTlsOptions;
}

/** The parts with which a command starts its servers. */
export interface ListeningParts {
  readonly engine: Engine;
  /** Prints the rows of all connections, as the tap of a server. */
  readonly rows: ReturnType<typeof createNumberedRows>;
  /** Prints the mistakes of clients. */
  readonly onFault: OnClientFault;
  /** Aborts at the first interrupt. */
  readonly signal: AbortSignal;
  /** Call it for each server as soon as it listens. */
  readonly onStop: (stop: () => Promise<void>) => void;
}

/** The address of a server that listens. */
export interface ListeningAt {
  readonly url: string;
  readonly host: string;
  readonly certificate: ListenCertificate | undefined;
}

/**
 * Runs servers until the program is interrupted. The first lines of the output are their URLs, the following ones the
 * rows of their connections.
 * @param start starts the servers
 * @throws DuplexError `disk.denied` if the folder cannot be written, and the errors of `start`
 */
export async function untilInterrupted(
  { record, json, tls }: ListeningOptions,
  workersFolder: string,
  start: (parts: ListeningParts) => Promise<readonly ListeningAt[]>,
): Promise<void> {
  const folder = record === undefined ? undefined : await recordFolder(record);
  const engine = new Engine({
    workersFolder,
    ...(folder !== undefined && { recordingsFolder: folder }),
    onError: ({ message }) => printSentence(message),
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  onInterrupts(
    () => stopping.abort(),
    () => process.exit(EXIT.ok),
  );
  const stops: (() => Promise<void>)[] = [];
  try {
    // A program that reads only the URLs may close the output; the servers continue.
    const output = createOutput(process.stdout, { onGone: () => {} });
    const onStop = (stop: () => Promise<void>): void => void stops.push(stop);
    const rows = createNumberedRows(output, json);
    const places = await start({ engine, rows, onFault: createFaultPrinter(output, json), signal, onStop });
    for (const { url } of places) output.write(`${url}\n`);
    for (const host of new Set(places.map((place) => place.host))) warnOfOpenHost(host);
    await printCertificates(places, tls);
    await stopped;
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await output.flush();
  } finally {
    await Promise.all(stops.map((stop) => stop()));
    await engine.dispose();
  }
}
