import { crc32, deflateSync } from 'node:zlib';

/** A PNG of one colour. @param data its compressed rows, if not those of such a picture */
export function pngOf(width: number, height: number, data?: Uint8Array): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits of red, green and blue.
  head.set([8, 2, 0, 0, 0], 8);
  const rows =
    data ??
    deflateSync(
      Buffer.alloc(height * (1 + width * 3), 0x40).map((byte, at) => (at % (1 + width * 3) === 0 ? 0 : byte)),
    );
  return new Uint8Array(
    Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', head),
      chunk('IDAT', rows),
      chunk('IEND', new Uint8Array()),
    ]),
  );
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
