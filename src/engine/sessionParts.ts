import type { Role } from '../core/protocol/protocolModule.ts';
import type { Connect } from '../net/connection.ts';
import type { ResolveProxy } from '../net/dial/dial.ts';
import type { SlabPool } from '../recording/write/batchWriter.ts';
import type { DuplexError } from '../shared/errors.ts';
import type { RecordWorkerCalls } from '../shared/recordProtocol.ts';
import type { ConnectOptions, SessionId } from '../shared/session.ts';
import type { ExistingRecording, SessionTap } from './timeline.ts';

/** The parameters with which the engine creates a session. */
export interface SessionParts {
  readonly id: SessionId;
  readonly options: ConnectOptions;
  readonly name?: string | undefined;
  /** The folder of its recording; undefined if it is not recorded. */
  readonly folder?: string | undefined;
  /** The existing recording to continue. */
  readonly existing?: ExistingRecording | undefined;
  /** If false, the session's end removes the recording. */
  readonly keep?: boolean | undefined;
  readonly tap?: SessionTap | undefined;
  /** `server`: its connector answers a client instead of connecting to a server. Default: client. */
  readonly role?: Role | undefined;
  /** Sends nothing automatically, because its messages are those of a client of a proxy. */
  readonly isPassive?: boolean | undefined;
  /** Default: connects to the URL of the options. */
  readonly connector?: Connect | undefined;
  readonly recordWorker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  /** Whether the machine has no network. */
  readonly isOffline: () => boolean;
  readonly resolveProxy: ResolveProxy;
  readonly onError: (error: DuplexError) => void;
}
