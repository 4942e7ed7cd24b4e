import { escapeInvisible, makeVisible } from '../../core/format/visible.ts';
import type { Engine } from '../../engine/engine.ts';
import { openRecording } from '../../engine/recordingFile.ts';
import type { Units } from '../../engine/unitIndexes.ts';
import type { CallFigures, CallPair, JsonPairs } from '../../shared/unitIndexProtocol.ts';
import { EXIT, type ExitStatus } from '../exitStatus.ts';
import { createOutput } from '../output/output.ts';
import { printSentence } from '../output/printSentence.ts';
import { protocolOf } from '../recordings/selectedRows.ts';

export interface CallsAsked {
  readonly json: boolean;
  /** The option `protocol`; undefined: the protocol of the session. */
  readonly protocol: string | undefined;
  readonly decode: readonly string[] | undefined;
  readonly pairs: JsonPairs | undefined;
}

const PAGE_CALLS = 2000;

/** Prints the calls of a recording with their replies, then the latencies by name. */
export async function printCalls(
  engine: Engine,
  folder: string,
  { json, protocol, decode, pairs }: CallsAsked,
): Promise<ExitStatus> {
  const recording = openRecording(folder);
  const units = engine.units(folder, {
    protocol: protocolOf(recording, protocol),
    pairs,
    decode: decode ?? recording.manifest.decode ?? [],
  });
  recording.close();
  let isRead = true;
  const output = createOutput(process.stdout, { onGone: () => (isRead = false) });
  try {
    await units.ready();
    for await (const pair of pairsOf(units)) {
      output.write(json ? jsonPair(pair) : textPair(pair));
      if (output.full) await output.drained();
      if (!isRead) return EXIT.ok;
    }
    const figures = await units.figures();
    if (figures.length === 0) printSentence(noCalls(units));
    else if (json) for (const each of figures) output.write(jsonFigures(each));
    else output.write(table(figures));
  } finally {
    await output.flush();
    await units.dispose();
  }
  return EXIT.ok;
}

async function* pairsOf(units: Units): AsyncGenerator<CallPair> {
  for (let from = 0; ; from += PAGE_CALLS) {
    const { pairs } = await units.pairs(from, PAGE_CALLS);
    yield* pairs;
    if (pairs.length < PAGE_CALLS) return;
  }
}

function noCalls({ state, options }: Units): string {
  if (options.pairs) return `No message has an id at ${options.pairs.call}.`;
  return state.protocol === undefined
    ? 'No protocol was recognised: name one with --protocol, or the ids with --call-id and --reply-id.'
    : `The recording has no calls of ${state.protocol}.`;
}

function textPair({ row, name, sent, reply }: CallPair): string {
  const call = `#${row} ${sent ? '->' : '<-'} ${makeVisible(name)}`;
  if (!reply) return `${call}  no reply\n`;
  return `${call}  ${milliseconds(reply.latency)}  ${reply.isError ? 'error' : 'reply'} #${reply.row}\n`;
}

function jsonPair({ row, name, sent, reply }: CallPair): string {
  const { row: replyRow = null, latency = null, isError = false } = reply ?? {};
  const line = {
    kind: 'call',
    name,
    dir: sent ? 'out' : 'in',
    seq: row,
    reply: replyRow,
    latency,
    error: isError,
  };
  return `${escapeInvisible(JSON.stringify(line))}\n`;
}

function jsonFigures(figures: CallFigures): string {
  return `${escapeInvisible(JSON.stringify({ kind: 'latency', ...figures }))}\n`;
}

const COLUMNS = ['calls', 'errors', 'unanswered', 'p50', 'p95', 'p99', 'max'] as const;

function table(figures: readonly CallFigures[]): string {
  const lines = figures.map(({ name, calls, errors, unanswered, p50, p95, p99, max }) => [
    makeVisible(name),
    ...[calls, errors, unanswered].map(String),
    ...[p50, p95, p99, max].map((latency) => (latency === undefined ? '-' : milliseconds(latency))),
  ]);
  const all = [['name', ...COLUMNS], ...lines];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  const text = all.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
  return `\n${text.join('\n')}\n`;
}

/** @param latency latency in microseconds */
function milliseconds(latency: number): string {
  return `${(latency / 1000).toFixed(latency < 10_000 ? 2 : 0)} ms`;
}
