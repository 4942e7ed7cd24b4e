/** Exit statuses (docs/cli.md). 1 belongs to expectations that were not met. */
export const EXIT = {
  ok: 0,
  /** Wrong usage, or a file that cannot be read or written. */
  usage: 2,
  /** Could not connect, or the connection failed or closed otherwise than it should. */
  connection: 3,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const WORST_FIRST = [EXIT.usage, EXIT.connection, EXIT.ok] as const;

/** Of several outcomes the one that the process ends with. */
export function worst(...statuses: readonly ExitStatus[]): ExitStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? EXIT.ok;
}
