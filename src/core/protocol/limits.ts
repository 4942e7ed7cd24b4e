import { MiB } from '../../shared/limits.ts';

// Limits for messages of a hostile peer. Exceeding one is a problem with the code `decode.limit` that names it.

/** Maximum bytes of a message, or of a unit across several messages, that is decoded. Longer ones stay raw. */
export const MAX_DECODED_BYTES = 16 * MiB;

/** Maximum size of a first message that is examined to recognise its protocol. */
export const MAX_SNIFFED = 64 * 1024;

/** Maximum nesting of a payload, also for JSONPath and schemas. */
export const MAX_PAYLOAD_DEPTH = 1000;

/** Maximum units of one message, as in a JSON-RPC batch. */
export const MAX_UNITS = 10_000;

/** Maximum binary attachments of one Socket.IO event. The library's default is 10, and a server may allow more. */
export const MAX_ATTACHMENTS = 1000;

/** Maximum headers of a message, and properties of an MQTT packet. */
export const MAX_HEADERS = 1000;

/** Maximum topic aliases of one side of an MQTT connection, and topic filters that are matched. */
export const MAX_TOPIC_ALIASES = 1000;
export const MAX_TOPIC_FILTERS = 1000;

/** Maximum length of a name or an id. Longer ones are cut or ignored: they are data, not names. */
export const MAX_NAME_CHARS = 1000;
