import type { ExitStatus } from './exitStatus.ts';

/** What a command is made with. */
export interface CommandParts {
  /** Folder of the built workers. */
  readonly workersFolder: string;
  /** How the command ended. */
  readonly finish: (status: ExitStatus) => void;
}
