import { countMessages } from '../recording/countMessages.ts';
import { RecordingReader } from '../recording/reader.ts';
import { savePayload } from '../recording/savePayload.ts';
import { transfer } from '../shared/rpc.ts';
import type {
  QueryWorkerCalls,
  QueryWorkerEvents,
  SearchWorkerCalls,
  SearchWorkerEvents,
} from '../shared/queryProtocol.ts';
import { serve } from './port.ts';
import { searchCalls } from './searches.ts';

const jobs = new Map<string, AbortController>();

/** Runs a job that `cancel` can stop, on a reader of its own. */
async function run<T>(
  job: string,
  folder: string,
  work: (reader: RecordingReader, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const reader = RecordingReader.open(folder);
  jobs.set(job, abort);
  try {
    return await work(reader, abort.signal);
  } finally {
    jobs.delete(job);
    reader.close();
  }
}

// The engine runs two of these: one saves, the other searches, and ends with a pattern that never ends.
const calls: QueryWorkerCalls & SearchWorkerCalls = {
  ...searchCalls((job, state) => events.searched(job, state)),

  savePayload: (job, folder, seq, target) =>
    run(job, folder, (reader, signal) => {
      const onProgress = (done: number, total: number): void => events.progress(job, done, total);
      return savePayload(reader, seq, target, { signal, onProgress });
    }),

  readPayload: (job, folder, seq) =>
    run(job, folder, async (reader) => {
      const bytes = reader.payload(seq);
      return transfer(bytes, [bytes.buffer]);
    }),

  async countMessages(folder) {
    const reader = RecordingReader.open(folder);
    try {
      return countMessages(reader);
    } finally {
      reader.close();
    }
  },

  async cancel(job) {
    jobs.get(job)?.abort();
  },
};

const events = serve<typeof calls, QueryWorkerEvents & SearchWorkerEvents>(calls, ['progress', 'searched']);
