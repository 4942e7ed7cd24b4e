import { fromBase64, toBase64 } from '../unit.ts';

// Bytes within JSON: `{"$base64": "…"}`, both in decoded payloads and in the bodies of verbs. A plain text search can
// find it, because within a JSON string its quotes would be escaped.

const BYTES = /\{\s*"\$base64"\s*:\s*"([^"\\]*)"\s*\}/g;

/** The bytes of a body that consists only of `{"$base64": "…"}`. */
export function binaryBody(body: string): Uint8Array<ArrayBuffer> | undefined {
  const digits = new RegExp(`^\\s*${BYTES.source}\\s*$`).exec(body)?.[1];
  return digits === undefined ? undefined : fromBase64(digits);
}

export function base64Json(bytes: Uint8Array): string {
  return `{"$base64":"${toBase64(bytes)}"}`;
}

/**
 * Extracts the bytes from JSON text.
 * @param place JSON that replaces bytes number N
 * @returns undefined if any base64 is not valid
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
