import { isLoopback } from '../../core/request/plan/serverPlan.ts';
import { jsonLine, createTextLines, type LineOf } from '../../engine/recordingFile.ts';
import type { Session } from '../../engine/session.ts';
import type { SessionTap } from '../../engine/timeline.ts';
import type { OnClientFault } from '../../shared/refusedClient.ts';
import type { Output } from './output.ts';
import { coloursFor } from './rowForm.ts';
import { printSentence } from './printSentence.ts';

/** Prints the rows of many connections as they happen, each with the number of its connection: `[1] …` or `{"conn":1,…`. */
export function createNumberedRows(
  output: Output,
  json: boolean,
): (session: () => Session, number: number) => SessionTap {
  return (session, number) => {
    let text: LineOf | undefined;
    return {
      onRow(row) {
        text ??= createTextLines(session().timeline.startedAt, coloursFor(process.stdout));
        let isFirst = true;
        for (const piece of (json ? jsonLine : text)(row, row.payload)) {
          const start = json ? `{"conn":${number},${piece.slice(1)}` : `[${number}] ${piece}`;
          output.write(isFirst ? start : piece);
          isFirst = false;
        }
      },
    };
  };
}

/**
 * Prints the mistakes of clients on standard error.
 * @param json whether a refused client is also a line of the output
 */
export function createFaultPrinter(output: Output, json: boolean): OnClientFault {
  return (sentence, refused) => {
    printSentence(sentence);
    if (!json || !refused) return;
    const { at, address, target, status, reason } = refused;
    const time = new Date(at).toISOString();
    const line = { kind: 'refused', time, client: address, target, status, message: reason };
    output.write(`${JSON.stringify(line)}\n`);
  };
}

/** Warns if other machines can reach the address. */
export function warnOfOpenHost(host: string): void {
  if (!isLoopback(host))
    printSentence(`${host} is not an address of this machine alone: others in the network can connect.`);
}
