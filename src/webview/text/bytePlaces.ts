// The places of bytes in a text that CodeMirror shows. A line break is one place there, even CR LF.

/** The place of a byte of the text's UTF-8; the end of the text for a byte beyond it. */
export function placeOfByte(text: string, byte: number): number {
  return walk(text, byte, Infinity).place;
}

/** The byte at which a place begins. */
export function byteOfPlace(text: string, place: number): number {
  return walk(text, Infinity, place).bytes;
}

function walk(text: string, mostBytes: number, mostPlaces: number): { bytes: number; place: number } {
  let bytes = 0;
  let place = 0;
  for (let at = 0; at < text.length && bytes < mostBytes && place < mostPlaces;) {
    const code = text.codePointAt(at)!;
    if (code === 0x0d && text.charCodeAt(at + 1) === 0x0a) {
      bytes += 2;
      place++;
      at += 2;
      continue;
    }
    const units = code > 0xffff ? 2 : 1;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    place += units;
    at += units;
  }
  return { bytes, place };
}
