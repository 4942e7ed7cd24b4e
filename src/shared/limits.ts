/** Defaults and limits that more than one layer must agree on. Bytes, characters and milliseconds. */

export const KiB = 1024;
export const MiB = 1024 * KiB;

/**
 * Maximum bytes of a file with certificates or a key. All public authorities with their explanations have about 1 MiB.
 */
export const MAX_CERTIFICATE_FILE = 4 * MiB;

/** Maximum bytes of a file that is sent as a message. */
export const MAX_SENT_FILE_BYTES = 1024 * MiB;

export const DEFAULT_HANDSHAKE_TIMEOUT = 30_000;
export const DEFAULT_CLOSE_TIMEOUT = 5_000;
export const DEFAULT_MAX_PAYLOAD = 100 * MiB;
/** Far more fragments than servers send. It limits the memory that a million empty fragments would take. */
export const DEFAULT_MAX_FRAGMENTS = 128 * KiB;
export const DEFAULT_RECONNECT_DELAY = 1_000;
export const DEFAULT_RECONNECT_MAX_DELAY = 30_000;

/** Maximum bytes of a refused handshake's body that are kept. */
export const MAX_REFUSED_BODY = 64 * KiB;

/** Maximum bytes of a control frame's payload (RFC 6455, section 5.5). A close reason is two bytes shorter. */
export const MAX_CONTROL_PAYLOAD = 125;
export const MAX_CLOSE_REASON = MAX_CONTROL_PAYLOAD - 2;

/** Characters of a message in its row. The body is fetched separately. */
export const PREVIEW_CHARS = 256;

/** Milliseconds between updates of a panel (20 per second). */
export const TICK_INTERVAL = 50;

/** Maximum rows or lines in one pull. */
export const MAX_PULL = 2_000;

/** Characters at which formatted lines are split for display, but not in copies and files. */
export const MAX_LINE_CHARS = 2_000;

/**
 * Number of last rows in which a failure or an end is searched. Few rows follow one, because nothing is sent or
 * received after it.
 */
export const END_WITHIN = 50;

/** Redirects that a handshake follows by default. */
export const DEFAULT_MAX_REDIRECTS = 5;

/**
 * Automatic pongs that may wait to be sent, so that a peer that sends pings and does not read cannot exhaust the
 * memory.
 */
export const MAX_PENDING_PONGS = 10_000;

/** Maximum chunks, as TCP delivers them, of one message. */
export const MAX_BUFFERED_CHUNKS = 1024 * KiB;
