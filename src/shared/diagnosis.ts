import type { ConnectOptions } from './session.ts';

/** A fix that needs the user: it asks a question or opens a place. */
export type FixAction =
  | 'editUrl'
  | 'editConnection'
  | 'enterAuthorization'
  | 'enterProxy'
  | 'chooseCa'
  | 'chooseClientCertificate'
  | 'enterPassphrase'
  | 'openSettings'
  | 'showLog';

/** A change that may solve a failure. */
export interface Fix {
  /** Unique within the diagnosis. */
  readonly id: string;
  readonly label: string;
  /** Options to change before the next attempt; empty: the same options again. Absent if there is an action. */
  readonly change?: Partial<ConnectOptions>;
  readonly action?: FixAction;
}

/** One fact that shows the cause of a failure. */
export interface EvidenceItem {
  readonly label: string;
  readonly value: string;
}

/** The reason why a session failed, with the evidence and the fixes. */
export interface Diagnosis {
  /** The main finding in a few words; absent if it adds nothing to the cause. */
  readonly headline?: string;
  /** One sentence. */
  readonly cause: string;
  readonly evidence: readonly EvidenceItem[];
  /** The best fix first. Fixes that reduce security come last. */
  readonly fixes: readonly Fix[];
  /** Milliseconds after the failure at which the server allows another attempt. */
  readonly retryAfter?: number;
}
