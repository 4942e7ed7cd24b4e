import type { Decoder, Role } from '../protocolModule.ts';
import { ByteStream, type StreamFormat } from './byteStream.ts';

/** The two directions of a connection as byte streams, and further state of the reader. */
export interface StreamProtocol extends Readonly<Record<Role, StreamFormat>> {
  /** The state for `createProtocol`; undefined while it cannot be saved. */
  state(): string | undefined;
}

/**
 * Decodes both directions of a connection as byte streams; text and binary messages are treated alike.
 * @param createProtocol takes the state that another instance returned
 */
export function createStreamDecoder(
  createProtocol: (state: string | undefined) => StreamProtocol,
  checkpoint?: string,
): Decoder {
  const saved = checkpoint === undefined ? undefined : (JSON.parse(checkpoint) as SavedStreams);
  const protocol = createProtocol(saved?.state);
  const streams: Readonly<Record<Role, ByteStream>> = {
    client: new ByteStream(protocol.client, saved?.client),
    server: new ByteStream(protocol.server, saved?.server),
  };
  return {
    decode: ({ data, from }) => streams[from].push(data),
    checkpoint() {
      const [client, server, state] = [
        streams.client.checkpoint(),
        streams.server.checkpoint(),
        protocol.state(),
      ];
      if (client === undefined || server === undefined || state === undefined) return undefined;
      return JSON.stringify({ client, server, state } satisfies SavedStreams);
    },
  };
}

interface SavedStreams {
  readonly client: string;
  readonly server: string;
  readonly state: string;
}
