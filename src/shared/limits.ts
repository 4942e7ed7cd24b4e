/** Defaults and limits that more than one layer must agree on. Bytes, characters and milliseconds. */

export const KiB = 1024;
export const MiB = 1024 * KiB;

export const DEFAULT_HANDSHAKE_TIMEOUT = 30_000;
export const DEFAULT_CLOSE_TIMEOUT = 5_000;
export const DEFAULT_MAX_PAYLOAD = 100 * MiB;
/** Far above what servers send: it bounds the memory that a million empty fragments would take. */
export const DEFAULT_MAX_FRAGMENTS = 128 * KiB;
export const DEFAULT_RECONNECT_DELAY = 1_000;
export const DEFAULT_RECONNECT_MAX_DELAY = 30_000;

/** How much of the body of a refused handshake is kept. */
export const MAX_REFUSED_BODY = 64 * KiB;

/** RFC 6455, section 5.5: the payload of a control frame; a close reason has two bytes less. */
export const MAX_CONTROL_PAYLOAD = 125;
export const MAX_CLOSE_REASON = MAX_CONTROL_PAYLOAD - 2;

/** Characters of a message that its row carries; the body is fetched on its own. */
export const PREVIEW_CHARS = 256;

/** A panel hears of new rows at most this often (20 times a second). */
export const TICK_INTERVAL = 50;

/** The most rows or lines that one pull may ask for. */
export const MAX_PULL = 2_000;

/** A formatted line longer than this is cut into several for display; copies and files are not. */
export const MAX_LINE_CHARS = 2_000;

/** Redirects of a handshake that are followed, within one origin only. */
export const MAX_REDIRECTS = 5;

/** Automatic pongs that may wait to be sent: a peer that pings faster than it reads cannot fill the memory. */
export const MAX_PENDING_PONGS = 10_000;

/** Pieces of a message, as TCP delivered them, that are put together at most. */
export const MAX_BUFFERED_CHUNKS = 1024 * KiB;
