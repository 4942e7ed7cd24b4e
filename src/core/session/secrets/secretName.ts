// What the name of a header or of a query parameter says about its value. Too much is masked rather than too little.

/** Anywhere in a name, its separators left out: `X-Auth-Token`, `apiKey`, `Ocp-Apim-Subscription-Key`, `PHPSESSID`. */
const PARTS =
  /token|secret|password|passwd|passphrase|passcode|passkey|authorization|authentication|credential|(?:api|app|auth|access|private|subscription|signing|shared|master|encryption|service)key|sessid|sessionid|signature|assertion|samlresponse|bearer|oauth|hmac|jwt|pincode/;

/** Words of a name; as a part of others they say nothing: `author`, `design`, `inside`, `compass`, `encode`. */
const WORDS = new Set([
  ...['auth', 'cookie', 'csrf', 'xsrf', 'otp', 'totp', 'pass', 'pin', 'psw', 'pwd', 'sess', 'session', 'sid'],
  ...['sig', 'sign', 'sso', 'ticket'],
]);

/** A close code or a status. Codes that authenticate are longer. */
const SHORT_NUMBER = /^\d{0,4}$/;

/**
 * Whether what has this name authenticates somebody. Percent-encoded characters count as what they stand for.
 * @param value decides where the name alone does not: `code` is an authorization code, or the number of a status
 */
export function isSecretName(name: string, value?: string): boolean {
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
  if (joined === 'key' || PARTS.test(joined) || words.some((word) => WORDS.has(word))) return true;
  return words.includes('code') && value !== undefined && !SHORT_NUMBER.test(value);
}
