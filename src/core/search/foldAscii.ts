const LOWER = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte,
);

/** Copies bytes with A to Z as a to z; all others, those of longer UTF-8 sequences too, stay. */
export function foldAscii(source: Uint8Array, target: Uint8Array): void {
  for (let i = 0; i < source.length; i++) target[i] = LOWER[source[i]!]!;
}
