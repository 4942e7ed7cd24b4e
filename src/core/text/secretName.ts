// Decides by the name of a header or of a query parameter whether its value is secret. In doubt it is masked.

/** Anywhere in a name, ignoring separators: `X-Auth-Token`, `apiKey`, `Ocp-Apim-Subscription-Key`, `PHPSESSID`. */
const PARTS =
  /token|secret|password|passwd|passphrase|passcode|passkey|authorization|authentication|credential|(?:api|app|auth|access|private|subscription|signing|shared|master|encryption|service)key|sessid|sessionid|signature|assertion|samlresponse|bearer|oauth|hmac|jwt|pincode/;

/**
 * Only as whole words of a name; as parts of other words they mean nothing: `author`, `design`, `inside`, `compass`,
 * `encode`.
 */
const WORDS = new Set([
  ...['auth', 'cookie', 'csrf', 'xsrf', 'otp', 'totp', 'pass', 'pin', 'psw', 'pwd', 'sess', 'session', 'sid'],
  ...['sig', 'sign', 'sso', 'ticket'],
]);

/** A close code or a status. Authorization codes are longer. */
const SHORT_NUMBER = /^\d{0,4}$/;

/**
 * Whether a parameter of this name holds a credential. The name is percent-decoded first.
 * @param value decides if the name alone does not: `code` is an authorization code, or the number of a status
 */
export function isSecretName(name: string, value?: string): boolean {
  // decodeURIComponent would throw: a stray % must not keep a secret readable.
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
