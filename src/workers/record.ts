import { statfsSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { Appender } from '../recording/write/appender.ts';
import { diskError } from '../recording/diskError.ts';
import { readFrames } from '../recording/frameFile.ts';
import { lock, unlock } from '../recording/write/lock.ts';
import { writeManifest } from '../recording/manifest.ts';
import { messagePage } from '../recording/read/messagePages.ts';
import { RecordingReader, rowAtTime } from '../recording/read/reader.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import { MiB } from '../shared/limits.ts';
import type { Batch, Extent, RecordWorkerCalls, RecordWorkerEvents } from '../shared/recordProtocol.ts';
import { transfer } from '../shared/rpc.ts';
import type { SessionId } from '../shared/session.ts';
import { serve } from './port.ts';

/**
 * A session's recording. While `failed`, batches are refused, because they were filled before the host knew of the
 * failure.
 */
interface Recording {
  readonly folder: string;
  readonly reader: RecordingReader;
  /** Undefined while the recording is only read. */
  appender: Appender | undefined;
  /** The extent at the time of opening, for a recording that is only read. */
  readonly opened: Extent;
  failed: boolean;
}

/**
 * Free space that a resumed recording needs, so that its next batch does not fail again: bytes, and a share of the
 * disk.
 */
const MIN_ROOM = 16 * MiB;
const MIN_ROOM_PART = 0.1;

const recordings = new Map<SessionId, Recording>();

function add(id: SessionId, folder: string, appender?: Appender): Recording {
  const reader = RecordingReader.open(folder);
  try {
    const recording = { folder, reader, appender, opened: reader.extent(), failed: false };
    recordings.set(id, recording);
    return recording;
  } catch (error) {
    reader.close();
    throw error;
  }
}

function find(id: SessionId): Recording {
  const recording = recordings.get(id);
  if (recording === undefined)
    throw new DuplexError('call.invalid', `The session ${id} is not being recorded.`);
  return recording;
}

function requireRoom(folder: string): void {
  let bytes: number;
  let needed: number;
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    bytes = bavail * bsize;
    needed = Math.min(MIN_ROOM, blocks * bsize * MIN_ROOM_PART);
  } catch (error) {
    throw diskError(error, folder);
  }
  if (bytes >= needed) return;
  throw new DuplexError(
    'disk.full',
    `There is too little space left to continue in ${folder}: free ${Math.ceil(needed / MiB)} MiB, or record elsewhere.`,
  );
}

const calls: RecordWorkerCalls = {
  async create(id, folder, manifest, writer) {
    const appender = Appender.create(folder, manifest, writer);
    try {
      add(id, folder, appender);
    } catch (error) {
      appender.close();
      throw error;
    }
  },

  async open(id, folder) {
    return (recordings.get(id) ?? add(id, folder)).opened;
  },

  async writeManifest(id, manifest, writer) {
    const { folder, appender } = find(id);
    if (appender) return writeManifest(folder, manifest);
    lock(folder, writer);
    try {
      writeManifest(folder, manifest);
    } finally {
      unlock(folder, writer);
    }
  },

  append(id, batch) {
    const recording = recordings.get(id);
    const { payload, payloadBytes, index, rows, weight } = batch;
    const moved = transfer({ payload, payloadBytes, index, rows, weight }, [payload, index]);
    try {
      if (recording?.appender === undefined)
        throw new DuplexError('call.invalid', 'The recording could not be created.');
      if (recording.failed) throw new DuplexError('call.invalid', 'An earlier batch could not be written.');
      const extent = recording.appender.append(batch);
      release(batch);
      events.appended(id, extent, moved);
    } catch (thrown) {
      const error = toDuplexError(thrown);
      if (recording?.appender && !recording.failed) {
        recording.failed = true;
        cutFailed(recording.appender);
      }
      events.failed(id, recording?.appender?.extent, { code: error.code, message: error.message }, moved);
    }
  },

  async resume(id, folder, writer, { needsRoom, cutRows }) {
    if (needsRoom) requireRoom(folder);
    const recording = recordings.get(id) ?? add(id, folder);
    recording.appender ??= Appender.resume(folder, writer);
    recording.appender.cut(cutRows);
    recording.failed = false;
    return recording.appender.extent;
  },

  async rows(id, from, count) {
    const { reader, appender, opened } = find(id);
    const { rows } = appender?.extent ?? opened;
    return reader.rows(from, Math.max(0, Math.min(count, rows - from)));
  },

  async messages(id, from, sentOnly) {
    const { reader, appender, opened } = find(id);
    const page = messagePage(reader, from, (appender?.extent ?? opened).rows, sentOnly);
    return transfer(
      page,
      page.messages.map(({ data }) => data.buffer as ArrayBuffer),
    );
  },

  async rowAtTime(id, time) {
    const { reader, appender, opened } = find(id);
    return rowAtTime(reader, time, (appender?.extent ?? opened).rows);
  },

  async frames(id, seq, from, count) {
    return readFrames(find(id).folder, seq, from, count);
  },

  async read(id, seq, from, length) {
    const bytes = find(id).reader.payload(seq, from, length);
    return transfer(bytes, [bytes.buffer]);
  },

  async close(id) {
    const recording = recordings.get(id);
    recordings.delete(id);
    try {
      recording?.appender?.close();
    } finally {
      recording?.reader.close();
    }
  },
};

const { port1: nowhere, port2: closed } = new MessageChannel();
closed.close();

/**
 * Frees the buffers of large payloads at once, by a transfer to a closed port. This thread creates so little garbage
 * that they would accumulate.
 */
function release({ large = [] }: Batch): void {
  for (const { buffer } of large) nowhere.postMessage(undefined, [buffer]);
}

/**
 * Cuts a failed append at once, because partial writes occupy space that others may need. If that fails, `resume` cuts
 * again and reports the failure.
 */
function cutFailed(appender: Appender): void {
  try {
    appender.cut();
  } catch (error) {
    if (!(error instanceof DuplexError)) throw error;
  }
}

const events = serve<RecordWorkerCalls, RecordWorkerEvents>(calls, ['appended', 'failed']);
