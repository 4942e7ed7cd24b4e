import type { SchemaRequests } from './schemaProtocol.ts';

export type View = 'pretty' | 'raw' | 'hex';

/** The facts that the header of a picture in a message states. */
export interface ImageFacts {
  /** PNG, JPEG, GIF, WebP, AVIF or BMP; never SVG, which may hold scripts. */
  readonly type: string;
  /** Width and height in pixels. */
  readonly width: number;
  readonly height: number;
}

/** A formatted message. Its lines stay in the format worker and are pulled by range. */
export interface FormattedDocument {
  readonly lines: number;
  readonly language: 'json' | 'xml' | 'text' | 'hex';
  /** The reason why the view differs from the requested one, such as invalid JSON with its position. */
  readonly remark: string | undefined;
  /** Bytes of the payload. */
  readonly bytes: number;
  /** The picture that Pretty shows above the text. */
  readonly image?: ImageFacts;
}

/** Calls that the host makes to the format worker. */
export interface FormatWorkerCalls {
  /**
   * Formats one row of a recording; `call.cancelled` if `close` comes first.
   * @param decode the option `decode`, for messages without a protocol
   */
  open(
    document: string,
    folder: string,
    seq: number,
    view: View,
    decode?: readonly string[],
  ): Promise<FormattedDocument>;
  lines(document: string, from: number, count: number): Promise<string[]>;
  /** The whole formatted text as UTF-8, for copying. */
  text(document: string): Promise<Uint8Array>;
  /** The bytes of the document's picture; undefined without one. */
  image(document: string): Promise<Uint8Array | undefined>;
  /** Frees the document; cancels it if it is still being formatted. */
  close(document: string): Promise<void>;
}

export interface FormatWorkerEvents extends SchemaRequests {
  progress(document: string, done: number, total: number): void;
}
