import type { DiagnosticCode } from '../syntax/diagnostic.ts';

/** Where values come from that neither the request file nor an environment holds. */
export type OutsideSource =
  'env' | 'dotenv' | 'secret' | 'prompt' | 'input' | 'password' | 'pick' | 'projectRoot';

/** What values that are made when they are used are made from. */
export interface ValuePorts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Bytes that nobody can foresee. */
  readonly randomBytes: (count: number) => Uint8Array;
  /**
   * The value of `{{$env NAME}}` and its kin; they were fetched before (environment/outsideValues.ts).
   * Without it there are none, and a reference to one is a problem.
   */
  readonly outside?: (source: OutsideSource, name: string) => Value;
}

export type Value =
  | { readonly text: string; readonly isSecret?: true }
  | { readonly problem: { readonly code: DiagnosticCode; readonly message: string } }
  /** Known only when the request is run: nothing can be said about it before. */
  | { readonly isLater: true };

export const LATER: Value = { isLater: true };

/** Values to check a file with before it is run: of the right form, always the same. */
export const SAMPLE_PORTS: ValuePorts = {
  now: () => 0,
  randomBytes: (count) => new Uint8Array(count),
  outside: () => LATER,
};

export function problem(code: DiagnosticCode, message: string): Value {
  return { problem: { code, message } };
}
