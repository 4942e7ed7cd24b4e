/** The formats of `duplex import --from`, in the order in which they are tried. */
export const IMPORT_FORMATS = [
  'command-line',
  'har',
  'postman',
  'postman-v3',
  'insomnia',
  'bruno',
  'yaak',
  'asyncapi',
  'environments',
] as const;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** Aliases for `--from`, each for a part of a format. */
export const IMPORT_ALIASES = {
  opencollection: 'bruno',
  curl: 'command-line',
  wscat: 'command-line',
  websocat: 'command-line',
} as const satisfies Readonly<Record<string, ImportFormat>>;

/** A file that an import writes. */
export interface ImportedFile {
  /** The file name, without folders. */
  readonly name: string;
  readonly kind: 'requests' | 'environments' | 'schemas';
  readonly text: string;
}

export interface ImportRequest {
  /** The path of a file or a folder, or the content of a file with its name, which is '' for a text without a file. */
  readonly source: { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array };
  /** The name for a collection that has none. */
  readonly title: string;
  /** Default: the format that is recognised. */
  readonly from?: string;
}

/** The result of reading. The rows of its recordings stay in the import worker. */
export interface ReadImport {
  readonly files: readonly ImportedFile[];
  /** `name` is the name for the folder, `id` the recording's id in its worker. */
  readonly recordings: readonly { readonly name: string; readonly id: number }[];
  /** The secrets that the files refer to as `{{$secret name}}`, with their values if known. */
  readonly secrets: ReadonlyMap<string, string | undefined>;
  /** Sentences about parts that could not be converted. */
  readonly left: readonly string[];
}

/** A recording to write, and its new folder. */
export interface WantedRecording {
  readonly id: number;
  readonly folder: string;
}

/** Calls that the host makes to an import worker, which ends with its import. */
export interface ImportWorkerCalls {
  /** @returns the result, or one sentence with the problem and the remedy */
  read(request: ImportRequest): Promise<ReadImport | { readonly problem: string }>;
  /**
   * Writes all recordings, or none; `call.cancelled` after `cancel`.
   * @param writer the owner of their locks, who can remove the remains of a crash
   */
  write(recordings: readonly WantedRecording[], writer: string): Promise<void>;
  /** Cancels `write`, which removes the files that it wrote. */
  cancel(): void;
}

/** Events of an import worker. */
export interface ImportWorkerEvents {
  /** The number of files of a folder that are read, and the total. */
  filesRead(done: number, total: number): void;
  /** The number of complete recordings. */
  recordingsWritten(complete: number): void;
}
