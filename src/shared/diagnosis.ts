import type { ConnectOptions } from './session.ts';

/** What a fix needs somebody for: it asks the user, or leads them somewhere. */
export type FixAction =
  | 'editUrl'
  | 'enterAuthorization'
  | 'enterProxy'
  | 'chooseCa'
  | 'chooseClientCertificate'
  | 'enterPassphrase'
  | 'openSettings'
  | 'showLog';

/** Something that may help against a failure. */
export interface Fix {
  /** Names it within its diagnosis. */
  readonly id: string;
  readonly label: string;
  /** What to connect with from now on; without anything in it, just another try. Absent where there is an action. */
  readonly change?: Partial<ConnectOptions>;
  readonly action?: FixAction;
}

/** One fact that shows the cause of a failure. */
export interface EvidenceItem {
  readonly label: string;
  readonly value: string;
}

/** Why a session failed, what shows it, and what to do about it. */
export interface Diagnosis {
  /** One sentence. */
  readonly cause: string;
  readonly evidence: readonly EvidenceItem[];
  /** The best one first; what gives safety away comes last. */
  readonly fixes: readonly Fix[];
}
