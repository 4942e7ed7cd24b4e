// What the name of a header or of a query parameter says about its value. Too much is masked rather than too little.

/** Anywhere in a name, its separators left out: `X-Auth-Token`, `apiKey`, `Ocp-Apim-Subscription-Key`. */
const PARTS =
  /token|secret|password|passwd|passphrase|authorization|authentication|credential|apikey|accesskey|privatekey|subscriptionkey|sessionid|signature|jwt/;

/** Words of a name; as a part of others they say nothing: `author`, `design`, `inside`. */
const WORDS = new Set(['auth', 'cookie', 'pwd', 'sid', 'sig', 'sign', 'ticket']);

/** Whether what has this name authenticates somebody. Percent-encoded characters count as what they stand for. */
export function isSecretName(name: string): boolean {
  // Not decodeURIComponent, which throws: a stray % must not keep a secret readable.
  const decoded = name.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const words = decoded
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const joined = words.join('');
  return joined === 'key' || PARTS.test(joined) || words.some((word) => WORDS.has(word));
}
