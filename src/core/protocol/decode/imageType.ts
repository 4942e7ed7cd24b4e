/**
 * The media type of a picture by its first bytes (mimesniff.spec.whatwg.org, section 6.1). SVG is not among them: it is text
 * that may hold scripts.
 */
export function imageType(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^GIF8[79]a/.test(text)) return 'image/gif';
  if (/^RIFF[^]{4}WEBPVP/.test(text)) return 'image/webp';
  if (/^[^]{4}ftypavi[fs]/.test(text)) return 'image/avif';
  // Two letters occur by chance, so the length after them must be that of the message.
  if (text.startsWith('BM') && bytes.length > 26) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2, true);
    if (length === bytes.length) return 'image/bmp';
  }
  return undefined;
}
