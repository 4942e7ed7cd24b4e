import { MiB } from '../../../shared/limits.ts';
import type { ImageFacts } from '../../../shared/formatProtocol.ts';
import { fromBase64 } from '../unit.ts';
import { imageSize } from './imageSize.ts';
import { imageType } from './imageType.ts';

/** Maximum bytes of a picture that is shown. */
export const MAX_IMAGE_BYTES = 8 * MiB;

/** Maximum pixels: a small file may hold a picture that takes gigabytes. */
export const MAX_IMAGE_PIXELS = 32_000_000;

/** Maximum bytes of a text with a picture: base64 is a third longer, and JSON may escape its slashes. */
const MAX_IMAGE_TEXT = 2 * MAX_IMAGE_BYTES;

interface FoundImage extends ImageFacts {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A picture, or one sentence that says why it is not shown; undefined if there is none. Never throws. */
export type ImageSearch = FoundImage | { readonly problem: string } | undefined;

/**
 * Finds the picture in a message: a whole binary message, or in a text the first data URL (RFC 2397) or
 * base64 string.
 */
export function findImage(bytes: Uint8Array, kind: 'text' | 'binary'): ImageSearch {
  if (kind === 'binary') return shown(bytes);
  if (bytes.length > MAX_IMAGE_TEXT) return undefined;
  const written = imageText(new TextDecoder('utf-8').decode(bytes));
  const held = written === undefined ? undefined : fromBase64(written);
  return held && shown(held);
}

function shown(bytes: Uint8Array): ImageSearch {
  const type = imageType(bytes);
  if (type === undefined) return undefined;
  if (bytes.length > MAX_IMAGE_BYTES)
    return {
      problem: `This image of ${bytes.length} bytes is not shown: the limit is ${MAX_IMAGE_BYTES}.`,
    };
  const size = imageSize(bytes, type);
  if (!size) return { problem: 'This image is not shown: its header states no size.' };
  const { width, height } = size;
  if (width * height > MAX_IMAGE_PIXELS)
    return {
      problem: `This image of ${width} × ${height} pixels is not shown: the limit is ${MAX_IMAGE_PIXELS} pixels.`,
    };
  return { type, width, height, bytes: new Uint8Array(bytes) };
}

/** The start of base64 of PNG, JPEG, GIF, WebP, AVIF and BMP. */
const IMAGE_BASE64 = /^(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|AAAA|Qk)/;

const DATA_URL = /data:image\\?\/[a-z]{3,5};base64,/i;

function imageText(text: string): string | undefined {
  const url = DATA_URL.exec(text);
  if (url) {
    const start = url.index + url[0].length;
    // The end of the string, the attribute or the line that holds it.
    const length = text.slice(start).search(/[^A-Za-z0-9+/=\\_-]/);
    return text.slice(start, length < 0 ? undefined : start + length).replaceAll('\\', '');
  }
  const whole = text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .replaceAll('\\/', '/');
  return IMAGE_BASE64.test(whole) ? whole.replace(/\s+/g, '') : undefined;
}
