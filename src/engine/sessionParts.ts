import type { ResolveProxy } from '../net/dial.ts';
import type { SlabPool } from '../recording/write/batchWriter.ts';
import type { DuplexError } from '../shared/errors.ts';
import type { RecordWorkerCalls } from '../shared/recordProtocol.ts';
import type { ConnectOptions, SessionId } from '../shared/session.ts';
import type { ExistingRecording, SessionTap } from './timeline.ts';

/** What the engine makes a session of. */
export interface SessionParts {
  readonly id: SessionId;
  readonly options: ConnectOptions;
  readonly name?: string | undefined;
  /** Where it is recorded; undefined: nowhere. */
  readonly folder?: string | undefined;
  /** What is in the folder already, to go on with. */
  readonly existing?: ExistingRecording | undefined;
  /** False: the recording is removed when the session ends. */
  readonly keep?: boolean | undefined;
  readonly tap?: SessionTap | undefined;
  readonly recordWorker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  /** Whether the machine has lost its network. */
  readonly isOffline: () => boolean;
  readonly resolveProxy: ResolveProxy;
  readonly onError: (error: DuplexError) => void;
}
