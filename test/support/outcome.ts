import { connectOptions } from '../../src/core/session/options/connectOptions.ts';
import type { Connect, Evidence } from '../../src/net/connection.ts';
import { createConnector } from '../../src/net/wsConnection.ts';
import type { DuplexError } from '../../src/shared/errors.ts';
import type { ConnectOptions } from '../../src/shared/session.ts';
import type { NoteDetail, OpenDetail } from '../../src/shared/timeline.ts';

export interface Outcome {
  open?: OpenDetail;
  error?: DuplexError;
  evidence?: Evidence;
  /** Whether a connection came about that then had to be closed. */
  closed?: boolean;
  /** The notes about redirects and less secure connections, in order. */
  notes: NoteDetail[];
}

/** Connects, closes again once open, and returns the outcome. */
export function outcome(
  options: Partial<ConnectOptions> & { url: string },
  connect: Connect = createConnector(),
): Promise<Outcome> {
  return new Promise((resolve) => {
    const result: Outcome = { notes: [] };
    const connection = connect(connectOptions({ handshakeTimeout: 5000, closeTimeout: 100, ...options }), {
      onOpen(detail) {
        result.open = detail;
        connection.close(1000, '');
      },
      onNote: (note) => result.notes.push(note),
      onMessage: () => {},
      onControl: () => {},
      onError: (error, evidence) => Object.assign(result, { error, evidence }),
      onEnd: (close) => resolve({ ...result, closed: close !== undefined }),
    });
  });
}
