import { binaryBody } from '../json/binaryBody.ts';
import type { Decoder, Peer, PeerPorts, ProtocolContext, ProtocolModule, Role } from '../protocolModule.ts';
import { createTableDecoder } from '../table/tableDecoder.ts';
import { tableModule } from '../table/tableModule.ts';
import { createTablePeer } from '../table/tablePeer.ts';
import { phoenixV1, phoenixV2 } from '../tables/phoenix.ts';
import { type Encoded, type VerbCall } from '../verb.ts';
import { decodePhoenixBinary, encodePhoenixPush } from './phoenixBinary.ts';

/** Phoenix Channels: tables for text, and the binary messages of the serializer 2.0.0. */
export const phoenix: ProtocolModule = tableModule(phoenixV2, { createDecoder, createPeer });

function createDecoder(): Decoder {
  const text = createTableDecoder(phoenixV2);
  return {
    decode: (message) =>
      message.kind === 'binary' ? decodePhoenixBinary(message.data, message.from) : text.decode(message),
    checkpoint: () => '',
  };
}

function createPeer({ url }: ProtocolContext, role: Role, ports: PeerPorts): Peer {
  const isV2 = /[?&]vsn=2\./.test(url);
  const peer = createTablePeer(isV2 ? phoenixV2 : phoenixV1, role, ports);
  return {
    ...peer,
    get opening() {
      return peer.opening;
    },
    get listens() {
      return peer.listens;
    },
    encode(call) {
      const bytes = call.verb === 'push' && call.body !== undefined ? binaryBody(call.body) : undefined;
      return bytes === undefined ? peer.encode(call) : encodeBinary(peer, call, bytes, isV2);
    },
  };
}

/** The table provides the refs; the message is then written again with the bytes after them. */
function encodeBinary(peer: Peer, call: VerbCall, bytes: Uint8Array, isV2: boolean): Encoded {
  if (!isV2) return { problem: 'Binary pushes need the serializer 2.0.0: add vsn=2.0.0 to the URL.' };
  const encoded = peer.encode({ ...call, body: '{}' });
  if ('problem' in encoded) return encoded;
  const [first] = encoded.messages;
  const parts = JSON.parse(new TextDecoder().decode(first?.data)) as (string | null)[];
  const data = encodePhoenixPush(
    parts.slice(0, 4).map((part) => part ?? ''),
    bytes,
  );
  if (!data) return { problem: 'Topic, event and refs of a binary push have at most 255 bytes each.' };
  return { messages: [{ kind: 'binary', data }], awaits: encoded.awaits };
}
