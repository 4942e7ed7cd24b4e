import type { ByteRange, UnitProblem } from '../../../shared/units.ts';
import type { Decoder, ProtocolModule, Role, WireMessage } from '../protocolModule.ts';
import { type Decoded, type DecodedPayload, type DecodedUnit, NOTHING_DECODED, wholeRange } from '../unit.ts';
import type { Decoding, RuleDecoded } from './decoding.ts';

/** Returns the units with payloads that rules decode on first use: an index of names and ids decodes none. */
export function decodePayloads(decoded: Decoded, from: Role, decoding: Decoding): Decoded {
  if (!decoded.units.some(({ payload }) => payload)) return decoded;
  return { ...decoded, units: decoded.units.map((unit) => decodePayload(unit, from, decoding)) };
}

function decodePayload(unit: DecodedUnit, from: Role, decoding: Decoding): DecodedUnit {
  const { payload, name } = unit;
  return payload
    ? { ...unit, payload: new RulePayload(payload, () => decoding.decode(payload.read(), from, name)) }
    : unit;
}

class RulePayload implements DecodedPayload {
  #read: ReturnType<Decoding['decode']> | 'unread' = 'unread';

  constructor(
    private readonly held: DecodedPayload,
    private readonly decode: () => ReturnType<Decoding['decode']>,
  ) {}

  get form(): DecodedPayload['form'] {
    return this.#decoded?.content.form ?? this.held.form;
  }

  get range(): ByteRange | undefined {
    return this.held.range;
  }

  get problem(): UnitProblem | undefined {
    const found = this.#found;
    if (!found || !('problem' in found)) return undefined;
    const code = found.isLimit ? 'decode.limit' : 'decode.binary';
    return { code, message: found.problem, at: (this.range?.start ?? 0) + found.at };
  }

  read(): Uint8Array {
    const content = this.#decoded?.content;
    if (!content) return this.held.read();
    return content.form === 'bytes' ? content.bytes : new TextEncoder().encode(content.text);
  }

  get #decoded(): RuleDecoded | undefined {
    const found = this.#found;
    return found && 'content' in found ? found : undefined;
  }

  get #found(): ReturnType<Decoding['decode']> {
    if (this.#read === 'unread') this.#read = this.decode();
    return this.#read;
  }
}

/** The protocol id of messages that only rules decode, because their connection has no protocol. */
export const RULES_PROTOCOL = 'decode';

/** A protocol for connections without one: each message that a rule matches is an event. */
export function messagesByRule(decoding: Decoding): ProtocolModule {
  const nothing = () => undefined;
  return {
    id: RULES_PROTOCOL,
    title: 'Decoded',
    about: 'Messages without a protocol, decoded by rules.',
    specification: '',
    subprotocols: [],
    chores: [],
    verbs: [],
    closeCodes: {},
    detect: { subprotocol: nothing, url: nothing, message: nothing },
    createDecoder: (): Decoder => ({
      decode: (message) => decodeByRule(message, decoding),
      checkpoint: () => '',
    }),
    createPeer() {
      throw new Error('Rules decode and send nothing.');
    },
  };
}

/** Decodes a message without a protocol that was inflated from a zlib stream. */
export function decodeInflated({ kind, from, data }: WireMessage, decoding: Decoding): Decoded {
  const range = wholeRange(data);
  const held: DecodedPayload = { form: kind === 'text' ? 'text' : 'bytes', range, read: () => data };
  const payload = new RulePayload(held, () => decoding.decodeInflated(data, from));
  return { units: [{ type: 'event', name: '', payload, range }], problems: [] };
}

/** Decodes a message without a protocol; without a unit if no rule matches. */
export function decodeByRule({ kind, from, data }: WireMessage, decoding: Decoding): Decoded {
  if (!decoding.concerns(data, from, undefined)) return NOTHING_DECODED;
  const range = wholeRange(data);
  const held: DecodedPayload = { form: kind === 'text' ? 'text' : 'bytes', range, read: () => data };
  const payload = new RulePayload(held, () => decoding.decode(data, from, undefined));
  return { units: [{ type: 'event', name: '', payload, range }], problems: [] };
}
