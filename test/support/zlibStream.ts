import { constants, createDeflate, type Deflate } from 'node:zlib';

/** Compresses the messages of one connection as Discord's gateway does with `compress=zlib-stream`. */
export class ZlibStreamWriter {
  readonly #deflate: Deflate;
  #pieces: Buffer[] = [];

  constructor(private readonly flush = constants.Z_SYNC_FLUSH) {
    this.#deflate = createDeflate();
    this.#deflate.on('data', (piece: Buffer) => this.#pieces.push(piece));
  }

  /** The part of the stream that holds a message. */
  async part(message: string | Uint8Array): Promise<Uint8Array> {
    this.#deflate.write(message);
    await new Promise<void>((resolve) => this.#deflate.flush(this.flush, resolve));
    const part = new Uint8Array(Buffer.concat(this.#pieces));
    this.#pieces = [];
    return part;
  }

  /** The last part, which ends the stream (Z_FINISH). */
  async end(message: string | Uint8Array = ''): Promise<Uint8Array> {
    await new Promise<void>((resolve) => this.#deflate.once('end', resolve).end(message));
    return new Uint8Array(Buffer.concat(this.#pieces));
  }

  async parts(messages: readonly (string | Uint8Array)[]): Promise<Uint8Array[]> {
    const parts: Uint8Array[] = [];
    for (const message of messages) parts.push(await this.part(message));
    return parts;
  }
}
