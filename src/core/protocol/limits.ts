import { MiB } from '../../shared/limits.ts';

// What a hostile peer may make a decoder do. Each limit ends in a problem with the code `decode.limit` that names it.

/** Bytes of a message, or of a unit over several messages, that are decoded. Longer ones stay raw. */
export const MAX_DECODED_BYTES = 16 * MiB;

/** Levels of nesting in a payload; JSONPath and schemas go no deeper either. */
export const MAX_PAYLOAD_DEPTH = 1000;

/** Units of one message, as in a JSON-RPC batch. */
export const MAX_UNITS = 10_000;

/** Binary attachments of one Socket.IO event. The library's default is 10, a server may allow more. */
export const MAX_ATTACHMENTS = 1000;

/** Headers of a message, and properties of an MQTT packet. */
export const MAX_HEADERS = 1000;

/** Characters of a name or an id. Longer ones are cut or ignored: they are data, not names. */
export const MAX_NAME_CHARS = 1000;
