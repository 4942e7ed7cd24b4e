import { fromBase64, toBase64 } from '../unit.ts';

// Bytes within JSON: `{"$base64": "…"}`, in what is decoded as in the bodies of verbs. No such sequence of characters can stand within a
// JSON string, for its quotes would be escaped: it can be looked for in the text.

const BYTES = /\{\s*"\$base64"\s*:\s*"([^"\\]*)"\s*\}/g;

/** The bytes of a body that is nothing but `{"$base64": "…"}`. */
export function binaryBody(body: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = new RegExp(`^\\s*${BYTES.source}\\s*$`).exec(body)?.[1];
  return digits === undefined ? undefined : fromBase64(digits);
}

export function base64Json(bytes: Uint8Array): string {
  return `{"$base64":"${toBase64(bytes)}"}`;
}

/**
 * Takes the bytes out of JSON text.
 * @param place JSON that stands in for bytes number N
 * @returns undefined if the base64 of one is not valid
 */
export function extractBytes(
  json: string,
  place: (index: number) => string,
): { readonly json: string; readonly bytes: readonly Uint8Array[] } | undefined {
  const bytes: Uint8Array[] = [];
  let isValid = true;
  const replaced = json.replace(BYTES, (_, digits: string) => {
    const decoded = fromBase64(digits);
    if (!decoded) isValid = false;
    else bytes.push(decoded);
    return place(bytes.length - 1);
  });
  return isValid ? { json: replaced, bytes } : undefined;
}
