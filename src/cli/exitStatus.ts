/** Exit statuses (docs/cli.md). */
export const EXIT = {
  ok: 0,
  /** What a request expects was not met. */
  expectation: 1,
  /** Wrong usage, or a file that is not valid, or cannot be read or written. */
  usage: 2,
  /** Could not connect, or the connection failed or closed otherwise than it should. */
  connection: 3,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const WORST_FIRST = [EXIT.usage, EXIT.connection, EXIT.expectation] as const;

/** Of several outcomes the one that the process ends with. */
export function worst(...statuses: readonly ExitStatus[]): ExitStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? EXIT.ok;
}
