import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findImage, MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from '../../../src/core/protocol/decode/findImage.ts';
import { imageSize } from '../../../src/core/protocol/decode/imageSize.ts';
import { pngOf } from '../../support/png.ts';

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const PNG = pngOf(3, 2);

describe('imageSize', () => {
  it.each([
    ['image/png', '89504e470d0a1a0a 0000000d 49484452 00000140 000000c8', 320, 200],
    ['image/gif', '474946383961 4001 c800 00', 320, 200],
    ['image/bmp', '424d 00000000 00000000 00000000 28000000 40010000 38ffffff', 320, 200],
    ['image/bmp', '424d 00000000 00000000 00000000 0c000000 4001 c800', 320, 200],
    ['image/jpeg', 'ffd8 ffe0 0004 0000 ffff c4 0003 00 ffc2 0011 08 00c8 0140 03', 320, 200],
    ['image/webp', '52494646 00000000 57454250 56503858 0a000000 00000000 3f0100 c70000', 320, 200],
    ['image/webp', '52494646 00000000 57454250 5650384c 00000000 2f 3fc13100', 320, 200],
    ['image/webp', '52494646 00000000 57454250 56503820 00000000 000000 9d012a 4001 c800', 320, 200],
    [
      'image/avif',
      '0000001c66747970 61766966 00000014 69737065 00000000 00000010 00000010 00000014 69737065 00000000 00000140 000000c8',
      320,
      200,
    ],
  ])('reads the size from the header of %s', (type, digits, width, height) => {
    const bytes = hex(digits);
    expect(imageSize(bytes, type)).toEqual({ width, height });
    // Within a larger buffer, and cut at any place.
    expect(imageSize(Uint8Array.of(9, ...bytes).subarray(1), type)).toEqual({ width, height });
    const cut = imageSize(bytes.subarray(0, bytes.length - 2), type);
    expect(cut === undefined || cut.width <= width).toBe(true);
  });

  it.each([
    ['image/png', '89504e470d0a1a0a 0000000d 49484452 00000000 000000c8'],
    ['image/jpeg', 'ffd8 ffe0 0001 0000 ffc0 0011 08 00c8 0140'],
    ['image/jpeg', 'ffd8 00'],
    ['image/webp', '52494646 00000000 57454250 58585858 0a000000 00000000 3f0100 c70000'],
    ['image/avif', '0000001c6674797061766966'],
    ['image/svg+xml', '3c737667'],
  ])('finds no size in a faulty %s', (type, digits) => {
    expect(imageSize(hex(digits), type)).toBeUndefined();
  });

  it('never throws', () => {
    const types = fc.constantFrom('png', 'gif', 'bmp', 'jpeg', 'webp', 'avif').map((name) => `image/${name}`);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), types, (bytes, type) => {
        const size = imageSize(bytes, type);
        if (size) expect(size.width * size.height).toBeGreaterThan(0);
      }),
    );
  });
});

describe('findImage', () => {
  const found = { type: 'image/png', width: 3, height: 2, bytes: new Uint8Array(PNG) };

  it('recognises an image in a binary message', () => {
    expect(findImage(PNG, 'binary')).toEqual(found);
    expect(findImage(utf8('hello'), 'binary')).toBeUndefined();
    expect(findImage(utf8('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'binary')).toBeUndefined();
  });

  it.each([
    ['image/gif', '474946383961 0100 0100 800000 000000 ffffff 2c000000000100010000 02024401003b'],
    ['image/bmp', `424d 3a000000 00000000 36000000 28000000 01000000 01000000 0100 1800 ${'00'.repeat(28)}`],
    [
      'image/avif',
      '0000001c66747970 61766966 00000000 61766966 6d696631 00000014 69737065 00000000 00000001 00000001',
    ],
  ])('finds %s in a binary message and as base64 in text', (type, digits) => {
    const bytes = hex(digits);
    const one = { type, width: 1, height: 1, bytes };
    expect(findImage(bytes, 'binary')).toEqual(one);
    expect(findImage(utf8(base64(bytes)), 'text')).toEqual(one);
    expect(findImage(utf8(`{"a":"data:${type};base64,${base64(bytes)}"}`), 'text')).toEqual(one);
  });

  it.each([
    ['base64', base64(PNG)],
    ['base64 in lines', base64(PNG).replace(/.{20}/g, '$&\n')],
    ['base64 as a JSON string with escaped slashes', JSON.stringify(base64(PNG)).replaceAll('/', '\\/')],
    ['a data URL', `data:image/png;base64,${base64(PNG)}`],
    ['a data URL that names another type', `data:image/svg;base64,${base64(PNG)}`],
    [
      'a data URL in JSON',
      JSON.stringify({ name: 'a', image: `data:image/png;base64,${base64(PNG)}`, n: 1 }),
    ],
    [
      'a data URL in JSON with escaped slashes',
      JSON.stringify({ image: `data:image/png;base64,${base64(PNG)}` }).replaceAll('/', '\\/'),
    ],
  ])('finds an image in %s', (_, text) => {
    expect(findImage(utf8(text), 'text')).toEqual(found);
  });

  it.each([
    ['plain text', 'hello'],
    ['base64 of something else', base64(utf8('hello hello'))],
    ['the start of base64 only', 'iVBORw0KGgo!'],
    ['SVG', `data:image/svg+xml;base64,${base64(utf8('<svg/>'))}`],
    ['SVG under another name', `data:image/png;base64,${base64(utf8('<svg onload="alert(1)"/>'))}`],
    ['HTML', `data:text/html;base64,${base64(utf8('<script>1</script>'))}`],
    ['an empty one', 'data:image/png;base64,'],
  ])('finds no image in %s', (_, text) => {
    expect(findImage(utf8(text), 'text')).toBeUndefined();
  });

  it('names its limits', () => {
    const large = new Uint8Array(MAX_IMAGE_BYTES + 1);
    large.set(PNG);
    expect(findImage(large, 'binary')).toEqual({
      problem: `This image of ${large.length} bytes is not shown: the limit is ${MAX_IMAGE_BYTES}.`,
    });
    expect(findImage(large.subarray(0, MAX_IMAGE_BYTES), 'binary')).toMatchObject({ width: 3 });
    // The rows of such a picture compress to next to nothing.
    const bomb = pngOf(20_000, 20_000, deflateSync(new Uint8Array(1000)));
    expect(bomb.length).toBeLessThan(1000);
    expect(findImage(bomb, 'binary')).toEqual({
      problem: `This image of 20000 × 20000 pixels is not shown: the limit is ${MAX_IMAGE_PIXELS} pixels.`,
    });
    expect(findImage(PNG.subarray(0, 18), 'binary')).toEqual({
      problem: 'This image is not shown: its header states no size.',
    });
    expect(findImage(utf8(' '.repeat(2 * MAX_IMAGE_BYTES) + base64(PNG)), 'text')).toBeUndefined();
  });
});
