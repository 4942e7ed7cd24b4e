import type { LogOutputChannel } from 'vscode';
import { lostHeaders } from '../engine/recordedSession.ts';
import { openRecording } from '../engine/recordingFile.ts';
import type { Session } from '../engine/session.ts';
import { toDuplexError } from '../shared/errors.ts';

/** The headers that a session once connected with and no longer has, because recordings keep no secrets. */
export function missingHeaders(session: Session, log: LogOutputChannel): string[] {
  // One that never connected was made just now, with all that it needs.
  if (session.folder === undefined || session.summary.state === 'idle') return [];
  try {
    const recording = openRecording(session.folder);
    try {
      return lostHeaders(recording.manifest, session.options);
    } finally {
      recording.close();
    }
  } catch (thrown) {
    // A disk that fails does not keep the session from connecting.
    const { code, message } = toDuplexError(thrown);
    log.warn(`${code}: ${message}`);
    return [];
  }
}
