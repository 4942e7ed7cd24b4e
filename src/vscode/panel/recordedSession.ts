import { join } from 'node:path';
import { openRecording } from '../../engine/recordingFile.ts';

/** What is known of a session of an earlier window. */
export interface RecordedSession {
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
}

/**
 * The session that a restored panel showed. `state` is what its page left with VS Code, so anything.
 * @returns undefined where that names no recording that can be read
 */
export function recordedSession(recordingsFolder: string, state: unknown): RecordedSession | undefined {
  const { session } = (state ?? {}) as { session?: unknown };
  // Letters, digits and `-`: such a name cannot lead out of the folder.
  if (typeof session !== 'string' || !/^[A-Za-z0-9-]+$/.test(session)) return undefined;
  try {
    const recording = openRecording(join(recordingsFolder, session));
    const { name, url } = recording.manifest;
    recording.close();
    return { name, url };
  } catch {
    // Deleted meanwhile, or never written: the panel then says so in general.
    return undefined;
  }
}
