import type { Socket } from 'node:net';
import { MAX_BUFFERED_CHUNKS } from '../../shared/limits.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { MAX_FIRST_BYTES } from '../failure/handshakeFailure.ts';
import type { PerMessageDeflate } from '../handshake/deflate.ts';
import { StrictWebSocket } from './strictWebSocket.ts';

/** The result of a successful handshake, as framing needs it. */
export interface Upgraded {
  readonly socket: Socket;
  /** Bytes after the head of the response. */
  readonly rest: Buffer;
  readonly protocol: string;
  readonly deflate: PerMessageDeflate | undefined;
}

/** The method that `ws` itself uses after its own handshake; its types do not include it. */
interface Adopting {
  _isServer: boolean;
  _protocol: string;
  _extensions: Record<string, unknown>;
  setSocket(socket: Socket, head: Buffer, options: Record<string, unknown>): void;
}

const Bare = StrictWebSocket as unknown as new (
  address: null,
  protocols: undefined,
  options: { closeTimeout: number; autoPong: boolean },
) => StrictWebSocket;

/**
 * Creates one side's WebSocket over a socket after the handshake. `ws` only handles the frames. Its own handshake uses
 * `http`, which keeps neither the order nor the repeats of headers, and shows no bytes; VS Code replaces it by a module
 * that chooses proxies itself.
 * @param own our side: a client masks its frames (RFC 6455, section 5.1)
 * @param listen attaches the listeners before anything is read
 */
export function createFraming(
  { socket, rest, protocol, deflate }: Upgraded,
  options: ConnectOptions,
  own: 'client' | 'server',
  listen: (framed: StrictWebSocket) => void,
): StrictWebSocket {
  // Duplex sends pongs itself, so that they are counted and shown like everything else.
  const framed = new Bare(null, undefined, { closeTimeout: options.closeTimeout, autoPong: false });
  const adopting = framed as unknown as Adopting;
  adopting._isServer = own === 'server';
  adopting._protocol = protocol;
  if (deflate !== undefined) adopting._extensions = { 'permessage-deflate': deflate };
  listen(framed);
  joinSmallWrites(socket);
  adopting.setSocket(socket, rest, {
    allowSynchronousEvents: true,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    maxFragments: options.maxFragments,
    maxPayload: options.maxPayload,
    // The listener validates text itself, because invalid text is shown, too.
    skipUTF8Validation: true,
  });
  framed.bypassEvents(own === 'server');
  // The socket was paused because nothing read from it.
  if (!framed.isPaused) socket.resume();
  return framed;
}

/** Mean size of the pieces of one write, in bytes, up to which they are joined, and the maximum size of the result. */
const MAX_JOINED_PIECE = 2048;
const MAX_JOINED = 1024 * 1024;

/**
 * Joins the frames that leave in one write, if they are small: `ws` writes the header and the payload of each frame as two
 * pieces, and a system call with thousands of pieces costs more than a copy of their bytes.
 */
function joinSmallWrites(socket: Socket): void {
  const writeAll = socket._writev?.bind(socket);
  if (!writeAll) return;
  socket._writev = (pieces: readonly { readonly chunk: Buffer }[], done) => {
    let bytes = 0;
    for (const { chunk } of pieces) bytes += chunk.length;
    if (bytes > MAX_JOINED || bytes > pieces.length * MAX_JOINED_PIECE) writeAll(pieces as never, done);
    else
      socket._write(
        Buffer.concat(
          pieces.map(({ chunk }) => chunk),
          bytes,
        ),
        'buffer' as never,
        done,
      );
  };
}

/**
 * The first bytes after a handshake, as evidence if they are not frames. Reads at most two chunks, so later ones cost
 * nothing.
 * @returns a function that returns the bytes in hexadecimal; undefined once more than one chunk has arrived
 */
export function firstBytesOf(socket: Socket): () => string | undefined {
  let first: string | undefined;
  socket.once('data', (chunk: Buffer) => {
    first = chunk.subarray(0, MAX_FIRST_BYTES).toString('hex');
    socket.once('data', () => (first = undefined));
  });
  return () => first;
}

/**
 * Bytes of a socket that the kernel has taken. Node counts a write as a whole, before it starts or after it has ended;
 * the socket's handle knows the remaining bytes of a write in progress.
 */
export function bytesTaken(socket: Socket): number {
  const { _handle: handle } = socket as { readonly _handle?: Partial<StreamHandle> | null };
  if (typeof handle?.bytesWritten !== 'number' || typeof handle.writeQueueSize !== 'number')
    return socket.bytesWritten - socket.writableLength;
  return handle.bytesWritten - handle.writeQueueSize;
}

/** The undocumented stream handle of Node. */
interface StreamHandle {
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
}
