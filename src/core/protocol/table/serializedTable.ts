import type { OutgoingMessage } from '../../../shared/session.ts';
import { tooLong } from '../json/jsonText.ts';
import { MAX_DECODED_BYTES } from '../limits.ts';
import type { Decoder, Peer, ProtocolModule, WireMessage } from '../protocolModule.ts';
import { failed, placedUnit, wholeRange } from '../unit.ts';
import type { ProtocolTable } from './protocolTable.ts';
import { type Serializer, type SerializerName, serializerOf } from './serializers.ts';
import { tableModule } from './tableModule.ts';

/** Maximum bytes of a message that changes the state of a peer: it opens the protocol or is a verb. */
const MAX_PEER_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** A protocol of JSON envelopes, sent in a binary format: the same units and verbs. */
export function serializedTable(table: ProtocolTable, format: SerializerName): ProtocolModule {
  const module = tableModule(table);
  const nothing = (): undefined => undefined;
  return {
    ...module,
    detect: { ...module.detect, url: nothing, message: nothing },
    createDecoder: (context, checkpoint) =>
      serializedDecoder(module.createDecoder(context, checkpoint), table, serializerOf(format)),
    createPeer: (context, role, ports) =>
      serializedPeer(module.createPeer(context, role, ports), serializerOf(format)),
  };
}

function serializedDecoder(inner: Decoder, { title }: ProtocolTable, serializer: Serializer): Decoder {
  return {
    decode({ kind, from, data }) {
      if (data.length > MAX_DECODED_BYTES) return { units: [], problems: [tooLong(data.length, 0)] };
      if (kind === 'text')
        return failed('decode.envelope', `${title} sends binary messages, and this one is text.`, 0);
      const read = serializer.read(data);
      if ('problem' in read)
        return failed(read.isLimit ? 'decode.limit' : 'decode.binary', read.problem, read.at);
      const { units, problems } = inner.decode({ kind: 'text', from, data: encoder.encode(read.json) });
      const range = wholeRange(data);
      return {
        units: units.map((unit) => placedUnit(unit, range)),
        problems: problems.map(({ code, message }) => ({
          code,
          message: message.replace('This JSON', `This ${serializer.title}`),
          at: 0,
        })),
      };
    },
    checkpoint: () => inner.checkpoint(),
  };
}

function serializedPeer(inner: Peer, serializer: Serializer): Peer {
  const serialized = (messages: readonly OutgoingMessage[]): OutgoingMessage[] =>
    messages.map(({ data, ...message }) => {
      const json = new TextDecoder().decode(data);
      return { ...message, kind: 'binary', data: serializer.write(json) };
    });
  return {
    get opening() {
      return inner.opening;
    },
    start: (opens) => serialized(inner.start(opens)),
    receive(message) {
      const json = shortJson(message, serializer);
      return json === undefined ? [] : serialized(inner.receive({ ...message, kind: 'text', data: json }));
    },
    follow(message) {
      const json = shortJson(message, serializer);
      if (json !== undefined) inner.follow({ ...message, kind: 'text', data: json });
    },
    get listens() {
      return inner.listens;
    },
    get beatInterval() {
      return inner.beatInterval;
    },
    beat: () => serialized(inner.beat()),
    finish: () => serialized(inner.finish()),
    encode(call) {
      const encoded = inner.encode(call);
      if ('problem' in encoded) return encoded;
      try {
        return { ...encoded, messages: serialized(encoded.messages) };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { problem: `@${call.verb} cannot be sent as ${serializer.title}: ${reason}.` };
      }
    },
  };
}

function shortJson({ kind, data }: WireMessage, serializer: Serializer): Uint8Array | undefined {
  if (kind !== 'binary' || data.length > MAX_PEER_BYTES) return undefined;
  const read = serializer.read(data);
  return 'problem' in read ? undefined : encoder.encode(read.json);
}
