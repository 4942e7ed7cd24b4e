import type { DiagnosticCode } from '../syntax/diagnostic.ts';

/** The sources of values that neither the request file nor an environment holds. */
export type OutsideSource =
  'env' | 'dotenv' | 'secret' | 'prompt' | 'input' | 'password' | 'pick' | 'command' | 'projectRoot';

/** The inputs of dynamic values. */
export interface ValuePorts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
  /**
   * Returns the value of `{{$env NAME}}` and other outside sources; they were fetched before (outsideValues.ts).
   * Without this function a reference to one is a problem.
   */
  readonly outside?: (source: OutsideSource, name: string) => Value;
}

export type Value =
  | { readonly text: string; readonly isSecret?: true }
  | { readonly problem: { readonly code: DiagnosticCode; readonly message: string } }
  /** Becomes known only when the request runs. */
  | { readonly isLater: true };

export const KNOWN_AT_RUN: Value = { isLater: true };

/** Values for checking a file before it is run: of the right form, always the same. */
export const SAMPLE_PORTS: ValuePorts = {
  now: () => 0,
  randomBytes: (count) => new Uint8Array(count),
  outside: () => KNOWN_AT_RUN,
};

export function problem(code: DiagnosticCode, message: string): Value {
  return { problem: { code, message } };
}
