// Decides which values of a recording probably differ in the next run. In doubt, a value counts as volatile:
// a test that checks too little is easier to fix than one that fails.

/** The last word of a name: times, ids, counters and measures. */
const KEYS =
  /^(?:id|ids|uuid|guid|oid|rid|cid|uid|sid|ts|time|times|timestamp|date|datetime|now|created|updated|modified|expires|expiry|exp|iat|nonce|token|session|seq|sequence|count|counter|n|num|number|total|visits|hits|views|index|position|rank|score|bytes|attempt|cursor|offset|revision|rev|etag|hash|checksum|signature|uptime|duration|latency|elapsed|took|ms|millis|seconds|port|pid|address|random|rand|users|clients|online|connections|connected|price|load|memory|cpu)$/;
/** As the last word only after another one: `createdAt`, `startedOn`. */
const SUFFIXES = /^(?:at|on|by)$/;

const STRINGS: readonly RegExp[] = [
  // A UUID, also within a longer string.
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i,
  // A date, with or without a time (ISO 8601), and a time of day.
  /\d{4}-\d\d-\d\d/,
  /\b\d{1,2}:\d\d:\d\d\b/,
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4}\b/,
  // Seconds or milliseconds since the epoch, and other long numbers.
  /\d{9,}/,
  // A digest, a random id in hexadecimal or base64, a JSON Web Token.
  /^[0-9a-f]{12,}$/i,
  /^[\w.+/=-]*(?:[A-Za-z]\d|\d[A-Za-z])[\w.+/=-]*[\w.+/=-]{10,}$/,
  // The address of a client.
  /^\S*:\d{4,5}$/,
];

/** Whether a name says that its value changes: `createdAt`, `user_id`, `seq`. */
export function isVolatileKey(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  return KEYS.test(last) || (words.length > 1 && SUFFIXES.test(last));
}

/** Whether a string looks like an id, a time or a token. */
export function isVolatileString(text: string): boolean {
  return STRINGS.some((pattern) => pattern.test(text)) || isRandomWord(text);
}

/** Letters in random case, as in the ids of Socket.IO; names in camel case change case less often. */
function isRandomWord(text: string): boolean {
  return /^[\w-]{16,}$/.test(text) && (text.match(/[a-z][A-Z]/g) ?? []).length * 5 >= text.length;
}

/** Whether a number looks like a time since 1970, or like a measure. */
export function isVolatileNumber(value: number): boolean {
  return !Number.isSafeInteger(value) || (value >= 1e9 && value < 1e14);
}

/** Names of ids. A number with such a name is an id; elsewhere it may be anything. */
export function isIdKey(key: string): boolean {
  return /(?:^|[a-z_-])(?:id|ref|uuid|guid)$/i.test(key);
}
