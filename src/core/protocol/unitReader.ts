import type { Direction } from '../../shared/timeline.ts';
import type { UnitList } from '../../shared/units.ts';
import type { ConnectionInflate } from './decode/connectionInflate.ts';
import { decodeInflated, decodePayloads, messagesByRule } from './decode/decodedUnits.ts';
import type { Decoding } from './decode/decoding.ts';
import type { Decoder, ProtocolModule, Role, WireMessage } from './protocolModule.ts';
import {
  AUTO_PROTOCOL,
  detectProtocol,
  findProtocol,
  knownProtocols,
  MAX_DETECTED_MESSAGES,
  NO_PROTOCOL,
} from './registry.ts';
import { type Decoded, toUnit } from './unit.ts';

export interface UnitReaderOptions {
  /** The option `protocol`: an id, `auto` or `none`. */
  readonly protocol: string;
  readonly url: string;
  /** All known ones if absent. */
  readonly protocols?: readonly ProtocolModule[];
  /** The rules of the option `decode`. */
  readonly decoding?: Decoding | undefined;
}

/** A decoded message with its protocol. */
export interface ReadMessage extends Decoded {
  readonly protocol: ProtocolModule;
}

/** The content of a checkpoint, as JSON. */
interface ReaderState {
  readonly subprotocol: string;
  readonly protocol: string | undefined;
  readonly reason: string | undefined;
  readonly seen: number;
  readonly decoder: string | undefined;
  /** Absent without a rule `zlib-stream`. */
  readonly inflate?: string;
}

/** The side that sent a message. @param own the side that recorded it */
export function senderOf(direction: Direction, own: Role = 'client'): Role {
  return (direction === 'out') === (own === 'client') ? 'client' : 'server';
}

/** Decodes the messages of a session in order, across all its connections, by the named or the recognised protocol. */
export class UnitReader {
  readonly #protocols: readonly ProtocolModule[];
  #subprotocol = '';
  #protocol: ProtocolModule | undefined;
  #decoder: Decoder | undefined;
  #reason: string | undefined;
  #seen = 0;
  /** Decodes messages by rules while no protocol is known. */
  readonly #byRule: ProtocolModule | undefined;
  #inflate: ConnectionInflate | undefined;

  constructor(private readonly options: UnitReaderOptions) {
    this.#protocols = options.protocols ?? knownProtocols();
    this.#byRule = options.decoding && messagesByRule(options.decoding);
    this.#inflate = options.decoding?.createConnectionInflate();
    this.#choose([]);
  }

  get protocol(): ProtocolModule | undefined {
    return this.#protocol ?? this.#byRule;
  }

  /** Why the protocol was recognised; undefined if it was named, or none was recognised. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** A connection opened. A decoder keeps no state across connections. */
  opened(subprotocol: string): void {
    this.#subprotocol = subprotocol;
    this.#decoder = undefined;
    this.#inflate = this.options.decoding?.createConnectionInflate();
    if (this.options.protocol === AUTO_PROTOCOL) this.#protocol = undefined;
    this.#seen = 0;
    this.#choose([]);
  }

  /** @returns undefined while no protocol is known and there are no rules */
  read(message: WireMessage): ReadMessage | undefined {
    const read = this.#inflate?.read(message, (inflated) => this.#readInflated(inflated));
    if (!read) return this.#readMessage(message);
    // The rule itself stands for a protocol until one is known.
    return { ...read, protocol: this.protocol! };
  }

  #readInflated(message: WireMessage): Decoded {
    const read = this.#readMessage(message);
    const isByRule = read === undefined || read.protocol === this.#byRule;
    return isByRule ? decodeInflated(message, this.options.decoding!) : read;
  }

  #readMessage(message: WireMessage): ReadMessage | undefined {
    if (!this.#decoder && this.#seen++ < MAX_DETECTED_MESSAGES) this.#choose([message]);
    const decoder = this.#decoder;
    const protocol = this.#protocol;
    const { decoding, url } = this.options;
    if (!decoder || !protocol) {
      const rules = this.#byRule;
      if (!rules) return undefined;
      const context = { url, subprotocol: this.#subprotocol };
      return { ...rules.createDecoder(context).decode(message), protocol: rules };
    }
    const decoded = decoder.decode(message);
    const { units, problems } = decoding ? decodePayloads(decoded, message.from, decoding) : decoded;
    // Not spread: that takes half a microsecond, a sixth of an indexed message.
    return { units, problems, protocol };
  }

  /**
   * The state that a later reader needs to continue after the last message, as text; undefined while a unit is
   * incomplete.
   */
  checkpoint(): string | undefined {
    const decoder = this.#decoder?.checkpoint();
    if (this.#decoder && decoder === undefined) return undefined;
    const inflate = this.#inflate?.checkpoint();
    if (this.#inflate && inflate === undefined) return undefined;
    const state: ReaderState = {
      subprotocol: this.#subprotocol,
      protocol: this.#protocol?.id,
      reason: this.#reason,
      seen: Math.min(this.#seen, MAX_DETECTED_MESSAGES),
      decoder,
      ...(inflate !== undefined && { inflate }),
    };
    return JSON.stringify(state);
  }

  /**
   * Continues where another reader with the same options stopped.
   * @throws Error if `checkpoint` did not create the text
   */
  restore(checkpoint: string): void {
    const { subprotocol, protocol, reason, seen, decoder, inflate } = JSON.parse(checkpoint) as ReaderState;
    this.#subprotocol = subprotocol;
    this.#protocol = protocol === undefined ? undefined : findProtocol(protocol, this.#protocols);
    this.#reason = reason;
    this.#seen = seen;
    this.#decoder = this.#protocol?.createDecoder({ url: this.options.url, subprotocol }, decoder);
    this.#inflate = this.options.decoding?.createConnectionInflate(inflate);
  }

  /** Decodes a message, as `read` does, to its serialisable form. */
  list(kind: 'text' | 'binary', from: Role, data: Uint8Array): UnitList | undefined {
    const read = this.read({ kind, from, data });
    if (!read) return undefined;
    const { protocol, units, problems } = read;
    return { protocol: protocol.id, units: units.map(toUnit), problems };
  }

  #choose(messages: readonly WireMessage[]): void {
    const { protocol, url } = this.options;
    if (protocol === NO_PROTOCOL) return;
    const context = { url, subprotocol: this.#subprotocol };
    if (protocol === AUTO_PROTOCOL) {
      const found = detectProtocol({ ...context, messages }, this.#protocols);
      this.#protocol = found?.protocol;
      this.#reason = found?.reason;
    } else this.#protocol = findProtocol(protocol, this.#protocols);
    this.#decoder = this.#protocol?.createDecoder(context);
  }
}
