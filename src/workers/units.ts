import { setImmediate, setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { createDecoding } from '../recording/read/payloadDecoding.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import { decodeRows } from '../recording/units/decodeRows.ts';
import { IndexPace } from '../recording/units/indexPace.ts';
import { topicPage } from '../recording/units/topicPage.ts';
import { UnitFiles } from '../recording/units/unitFiles.ts';
import { UnitIndex } from '../recording/units/unitIndex.ts';
import { UNITS_FOLDER } from '../recording/units/unitLayout.ts';
import { lock, newWriterId, unlock } from '../recording/write/lock.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { MAX_PULL } from '../shared/limits.ts';
import type { BoundaryError } from '../shared/recordProtocol.ts';
import { transfer } from '../shared/rpc.ts';
import type {
  UnitIndexStart,
  UnitIndexState,
  UnitWorkerCalls,
  UnitWorkerEvents,
} from '../shared/unitIndexProtocol.ts';
import { serve } from './port.ts';

export { createDecodedScan } from '../recording/search/decodedScan.ts';

/** Milliseconds between two reports of one index, and between two saves of its progress. */
const REPORT_INTERVAL = 100;
const COMMIT_INTERVAL = 2000;

interface Running {
  readonly reader: RecordingReader;
  readonly files: UnitFiles;
  readonly index: UnitIndex;
  /** Releases the lock on the files for other processes. */
  readonly release: () => void;
  end: number;
  isAtWork: boolean;
  error: BoundaryError | undefined;
  reported: number;
  committed: number;
  readonly pace: IndexPace;
}

let events: UnitWorkerEvents;

const jobs = new Map<number, Running>();

function find(job: number): Running {
  const running = jobs.get(job);
  if (running) return running;
  throw new DuplexError('call.invalid', 'This index was closed: open it again.');
}

/** The files beside the recording if this worker may write them, otherwise files in the cache. */
function openFiles(reader: RecordingReader, start: UnitIndexStart): Pick<Running, 'files' | 'release'> {
  const { folder, cache, beside, pairs } = start;
  // An index with the user's paths of pairs is temporary and does not replace the index of the protocol.
  if (beside && !pairs) {
    const own = join(folder, UNITS_FOLDER);
    const writer = newWriterId();
    try {
      const files = new UnitFiles(own, reader, start, () => lock(own, writer));
      return { files, release: () => unlock(own, writer) };
    } catch (error) {
      unlock(own, writer);
      // The disk is read-only, another window has the files, or another file has that name: the cache is used instead.
      if (!(error instanceof DuplexError)) throw error;
    }
  }
  return { files: new UnitFiles(cache, reader, start), release: () => undefined };
}

function report(job: number, running: Running): void {
  running.reported = performance.now();
  const { index, end, isAtWork, error } = running;
  const state: UnitIndexState = {
    rows: index.next,
    total: Math.max(end, index.next),
    done: !isAtWork && error === undefined,
    units: index.conversation.units,
    protocol: index.protocol,
    reason: index.reason,
    error,
  };
  events.indexed(job, state);
}

async function work(job: number, running: Running): Promise<void> {
  if (running.isAtWork) return;
  running.isAtWork = true;
  const { index } = running;
  try {
    for (let before = -1; index.next !== before || index.next > running.end;) {
      before = index.next;
      let began = performance.now();
      for (const step of index.run(running.end)) {
        void step;
        const now = performance.now();
        const pause = running.pace.pause(now - began, now);
        if (pause > 0) await setTimeout(pause);
        if (performance.now() - running.reported >= REPORT_INTERVAL) report(job, running);
        await setImmediate();
        if (jobs.get(job) !== running) return;
        if (performance.now() - running.committed >= COMMIT_INTERVAL) commit(running);
        began = performance.now();
      }
    }
  } catch (error) {
    const { code, message } = toDuplexError(error);
    running.error = { code, message };
  }
  running.isAtWork = false;
  report(job, running);
}

function commit(running: Running): void {
  running.committed = performance.now();
  running.index.commit();
}

async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}

const calls: UnitWorkerCalls = {
  async openIndex(job, start) {
    const reader = RecordingReader.open(start.folder);
    let opened: Pick<Running, 'files' | 'release'> | undefined;
    try {
      opened = openFiles(reader, start);
      const decoding = await createDecoding(events.compileSchema, start.decode, reader.manifest.role);
      const index = new UnitIndex(reader, opened.files, start, decoding);
      const end = start.rows ?? reader.extent().rows;
      const committed = performance.now();
      const state = { end, isAtWork: false, error: undefined, reported: 0, committed, pace: new IndexPace() };
      jobs.set(job, { reader, index, ...opened, ...state });
    } catch (error) {
      opened?.files.close();
      opened?.release();
      reader.close();
      throw error;
    }
    void work(job, find(job));
  },

  async extendIndex(job, rows) {
    const running = find(job);
    running.end = rows ?? running.reader.extent().rows;
    running.pace.grew(running.end, performance.now());
    if (running.error === undefined) void work(job, running);
  },

  unitNames: async (job) => find(job).index.conversation.names(),

  unitCounts: async (job, filter, most) => find(job).index.conversation.counts(filter, most),

  async rowsWith(job, query, from, count) {
    const rows = await inTurns(find(job).index.rowsWith(query, from, count));
    return transfer(rows, [rows.buffer]);
  },

  callFigures: async (job) => find(job).index.conversation.figures(),

  callPairs: async (job, query, from, count) =>
    find(job).index.conversation.pairs(query, from, Math.min(count, MAX_PULL)),

  subscriptions: async (job) => find(job).index.conversation.subscriptions(),

  async topics(job, query, from, count) {
    const { index, reader } = find(job);
    return inTurns(topicPage(index, reader, query, from, Math.min(count, MAX_PULL)));
  },

  async topicsUnder(job, path, most) {
    const { conversation, topicNames } = find(job).index;
    return topicNames ? conversation.topics.under(topicNames, path, most) : { names: [], matches: 0 };
  },

  async decodeRows(job, rows) {
    const { index, reader } = find(job);
    return inTurns(decodeRows(index, reader, rows.slice(0, MAX_PULL)));
  },

  async closeIndex(job) {
    const running = jobs.get(job);
    if (!running) return;
    jobs.delete(job);
    const { files, reader, release, error } = running;
    try {
      if (error === undefined) commit(running);
    } finally {
      files.close();
      release();
      reader.close();
    }
  },
};

// The worker of searches loads this file only for its scan, so that protocols and formats are packaged once.
if (require.main === module) events = serve<UnitWorkerCalls, UnitWorkerEvents>(calls, ['indexed']);
