import type { DuplexError } from '../shared/errors.ts';

/** Exit statuses (docs/cli.md). */
export const EXIT = {
  ok: 0,
  /** A request did not meet an expectation. */
  expectation: 1,
  /** Wrong usage, or a file that is invalid, unreadable or not writable. */
  usage: 2,
  /** The connection did not open, failed, lost a part of a message, or closed with an error code. */
  connection: 3,
  /** An internal fault of Duplex: EX_SOFTWARE of sysexits.h. */
  internal: 70,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const WORST_FIRST = [EXIT.internal, EXIT.usage, EXIT.connection, EXIT.expectation] as const;

/** The exit status of a process with several outcomes: the worst of them. */
export function worst(...statuses: readonly ExitStatus[]): ExitStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? EXIT.ok;
}

/** The exit status of a command that fails itself, and not its connection. */
export function statusOfError({ code }: DuplexError): ExitStatus {
  return code === 'internal' ? EXIT.internal : EXIT.usage;
}

/** The context of a command. */
export interface CommandParts {
  /** Folder of the built workers. */
  readonly workersFolder: string;
  /** Receives the exit status of the command. */
  readonly finish: (status: ExitStatus) => void;
}
