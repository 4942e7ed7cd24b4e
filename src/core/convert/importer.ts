import type { ImportFormat } from '../../shared/importProtocol.ts';
import type { ParseArguments } from './commandLine/clientOptions.ts';
import type { ImportResult } from './imported.ts';
import type { ImportSource } from './importSource.ts';

export interface ImportPorts {
  readonly parseArguments: ParseArguments;
  /** Names and values of a `.env` file. */
  readonly parseDotenv: (text: string) => Readonly<Record<string, string | undefined>>;
}

/** A format that requests are imported from. */
export interface Importer {
  /** The value of `--from`. */
  readonly id: ImportFormat;
  readonly title: string;
  /** Why a file is of this format, as in `info.schema names Postman`; undefined if it is not. */
  recognise(source: ImportSource): string | undefined;
  read(source: ImportSource, ports: ImportPorts): ImportResult;
}
