import { setImmediate } from 'node:timers/promises';
import { columnsOf } from '../recording/read/columnsOf.ts';
import { RateScan } from '../recording/read/rates.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import { rowStatistics } from '../recording/read/rowStatistics.ts';
import { rowText } from '../recording/read/rowPages.ts';
import { writePayloadFile, saveRows } from '../recording/read/save.ts';
import { transfer } from '../shared/rpc.ts';
import type {
  QueryWorkerCalls,
  QueryWorkerEvents,
  SearchWorkerCalls,
  SearchWorkerEvents,
} from '../shared/queryProtocol.ts';
import { serve } from './port.ts';
import { searchCalls } from './searches.ts';

/** Milliseconds per count of the rates, for which other calls wait. */
const RATES_PATIENCE = 40;

const jobs = new Map<string, AbortController>();
const rateScans = new Map<string, RateScan>();

/** Runs a job with its own reader; `cancel` can stop it. */
async function run<T>(
  job: string,
  folder: string,
  work: (reader: RecordingReader, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  jobs.set(job, abort);
  try {
    return await reading(folder, (reader) => work(reader, abort.signal));
  } finally {
    jobs.delete(job);
  }
}

const progressOf =
  (job: string) =>
  (done: number, total: number): void =>
    events.progress(job, done, total);

async function reading<T>(folder: string, work: (reader: RecordingReader) => Promise<T>): Promise<T> {
  const reader = RecordingReader.open(folder);
  try {
    return await work(reader);
  } finally {
    reader.close();
  }
}

/** Runs a job and lets other calls run at each of its pauses. */
async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}

// The engine runs two workers of this kind. One saves; the other searches, and is ended if a pattern never ends.
const calls: QueryWorkerCalls & SearchWorkerCalls = {
  ...searchCalls(
    (job, state) => events.searched(job, state),
    (path, message) => events.compileSchema(path, message),
  ),

  savePayload: (job, folder, seq, target) =>
    run(job, folder, (reader, signal) =>
      writePayloadFile(reader, seq, target, { signal, onProgress: progressOf(job) }),
    ),

  saveRows: (job, folder, rows, kind, target) =>
    run(job, folder, (reader, signal) =>
      saveRows(reader, rows, kind, target, { signal, onProgress: progressOf(job) }),
    ),

  readPayload: (job, folder, seq) =>
    run(job, folder, async (reader) => {
      const bytes = reader.payload(seq);
      return transfer(bytes, [bytes.buffer]);
    }),

  statistics: (folder, rows) =>
    reading(folder, (reader) =>
      inTurns(rowStatistics(reader, rows ?? { from: 0, end: reader.extent().rows })),
    ),

  text: (folder, rows, maxBytes) =>
    reading(folder, async (reader) => {
      const bytes = await inTurns(rowText(reader, rows, maxBytes));
      return transfer(bytes, [bytes.buffer]);
    }),

  columnValues: (folder, rows, paths) => reading(folder, (reader) => inTurns(columnsOf(reader, rows, paths))),

  rates: (name, folder, from, end) =>
    reading(folder, async (reader) => {
      let scan = rateScans.get(name);
      if (scan?.from !== from) rateScans.set(name, (scan = new RateScan(from)));
      return scan.run(reader, end, RATES_PATIENCE);
    }),

  async endRates(name) {
    rateScans.delete(name);
  },

  async cancel(job) {
    jobs.get(job)?.abort();
  },
};

const events = serve<typeof calls, QueryWorkerEvents & SearchWorkerEvents>(calls, ['progress', 'searched']);
