/** The kinds of row in a session's timeline, in the order of their number on disk. Never reorder. */
export const KINDS = ['open', 'text', 'binary', 'ping', 'pong', 'close', 'error', 'note'] as const;
export type Kind = (typeof KINDS)[number];

/** `none` is for rows that did not travel: open, error, note. The order is the number on disk. */
export const DIRECTIONS = ['none', 'in', 'out'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Bits of a row's flags. */
export const FLAG = {
  /** A text message whose bytes are not valid UTF-8. */
  invalidUtf8: 1 << 0,
  /** The message travelled compressed (RSV1, RFC 7692). */
  compressed: 1 << 1,
  /** Fewer bytes are stored than the message had. */
  truncated: 1 << 2,
  /** A note that stands for messages that could not be recorded. */
  gap: 1 << 3,
  /** A note before which the user cleared the timeline: earlier rows are hidden, not destroyed. */
  cleared: 1 << 4,
} as const;

/** One row as it is shown: numbers and a preview, never the body. */
export interface Row {
  /** Its number in the recording, from 0. */
  readonly seq: number;
  /** Microseconds since the session began, monotonic. */
  readonly time: number;
  readonly kind: Kind;
  readonly direction: Direction;
  /** Length of the whole message in bytes. */
  readonly size: number;
  /** Length of what is stored of it in bytes. */
  readonly stored: number;
  readonly flags: number;
  /** One line: the first characters of text, hex of binary, a summary of other kinds. Control characters are made visible. */
  readonly preview: string;
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The payloads, as UTF-8 JSON, of rows that are not messages. */
export interface OpenDetail {
  readonly status: number;
  readonly protocol: string;
  readonly extensions: string;
  readonly headers: HeaderList;
}

export interface CloseDetail {
  /** RFC 6455, section 7.4; 1005 where the frame had no code, 1006 where no close frame came. */
  readonly code: number;
  readonly reason: string;
  /** Whether both sides sent a close frame. */
  readonly clean: boolean;
}

export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  /** What a refused handshake answered. */
  readonly status?: number;
  readonly headers?: HeaderList;
  readonly body?: string;
}

export interface NoteDetail {
  readonly note: 'reconnect' | 'limit' | 'back-pressure' | 'saved' | 'cleared' | 'gap' | 'ended';
  readonly text: string;
  /** Of a gap: what passed unrecorded. */
  readonly messages?: number;
  readonly bytes?: number;
}
