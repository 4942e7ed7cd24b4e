import { Appender } from '../recording/appender.ts';
import { readFrames } from '../recording/frameFile.ts';
import { writeManifest } from '../recording/manifest.ts';
import { RecordingReader } from '../recording/reader.ts';
import { rowAtTime } from '../recording/rowAtTime.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type { RecordWorkerCalls, RecordWorkerEvents } from '../shared/recordProtocol.ts';
import { transfer } from '../shared/rpc.ts';
import type { SessionId } from '../shared/session.ts';
import { serve } from './port.ts';

/** A session's recording. While `failed`, batches are refused: they were filled before the host knew. */
interface Recording {
  readonly appender: Appender;
  readonly reader: RecordingReader;
  failed: boolean;
}

const recordings = new Map<SessionId, Recording>();

function add(id: SessionId, appender: Appender): Recording {
  const recording = { appender, reader: RecordingReader.open(appender.folder), failed: false };
  recordings.set(id, recording);
  return recording;
}

function find(id: SessionId): Recording {
  const recording = recordings.get(id);
  if (recording === undefined)
    throw new DuplexError('call.invalid', `The session ${id} is not being recorded.`);
  return recording;
}

const calls: RecordWorkerCalls = {
  async create(id, folder, manifest) {
    add(id, Appender.create(folder, manifest));
  },

  async writeManifest(id, manifest) {
    writeManifest(find(id).appender.folder, manifest);
  },

  append(id, batch) {
    const recording = recordings.get(id);
    const { payload, payloadBytes, index, rows } = batch;
    const moved = transfer({ payload, payloadBytes, index, rows }, [payload, index]);
    try {
      if (recording === undefined) throw new DuplexError('call.invalid', 'The recording could not be made.');
      if (recording.failed) throw new DuplexError('call.invalid', 'An earlier batch could not be written.');
      events.appended(id, recording.appender.append(batch), moved);
    } catch (thrown) {
      if (recording) recording.failed = true;
      const error = toDuplexError(thrown);
      const extent = recording?.appender.extent ?? { rows: 0, payloadBytes: 0 };
      events.failed(id, extent, { code: error.code, message: error.message }, moved);
    }
  },

  async resume(id, folder, takeOver) {
    const recording = recordings.get(id) ?? add(id, Appender.resume(folder, takeOver));
    recording.appender.cut();
    recording.failed = false;
    return recording.appender.extent;
  },

  async rows(id, from, count) {
    const { appender, reader } = find(id);
    return reader.rows(from, Math.max(0, Math.min(count, appender.extent.rows - from)));
  },

  async rowAtTime(id, time) {
    const { appender, reader } = find(id);
    return rowAtTime(reader, time, appender.extent.rows);
  },

  async frames(id, seq, from, count) {
    return readFrames(find(id).appender.folder, seq, from, count);
  },

  async read(id, seq, from, length) {
    const bytes = find(id).reader.payload(seq, from, length);
    return transfer(bytes, [bytes.buffer]);
  },

  async close(id) {
    const recording = recordings.get(id);
    recordings.delete(id);
    recording?.appender.close();
    recording?.reader.close();
  },
};

const events = serve<RecordWorkerCalls, RecordWorkerEvents>(calls, ['appended', 'failed']);
