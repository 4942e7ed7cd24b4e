import type { LogOutputChannel, Uri } from 'vscode';
import type { Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session.ts';
import type { DemoControl } from './demoControl.ts';
import type { Environments } from './environments/environments.ts';
import type { SecretStore } from './environments/secretStore.ts';
import type { SessionPanels } from './panel/sessionPanels.ts';
import type { ProtocolTables } from './protocolTables.ts';
import type { RecentUrls } from './recentUrls.ts';
import type { RequestIndex } from './requestFiles/requestIndex.ts';
import type { Recordings } from './recordings.ts';
import type { Servers } from './servers/servers.ts';

/** The objects that activate() creates once and all contributions share. */
export interface Services {
  /** `publisher.name`. */
  readonly extensionId: string;
  readonly extensionUri: Uri;
  /** The folder of the extension's files, which all windows share. */
  readonly storageUri: Uri;
  readonly log: LogOutputChannel;
  readonly engine: Engine;
  readonly panels: SessionPanels;
  readonly recent: RecentUrls;
  readonly recordings: Recordings;
  readonly demo: DemoControl;
  readonly requests: RequestIndex;
  readonly environments: Environments;
  readonly tables: ProtocolTables;
  readonly secrets: SecretStore;
  readonly servers: Servers;
  /** The sessions that runs of request files made. */
  readonly runSessions: WeakSet<Session>;
  /** Whether the extension's tests run in this host. */
  readonly isTest: boolean;
}
