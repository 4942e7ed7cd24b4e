import type { UnitList } from '../../shared/units.ts';
import type { Decoder, ProtocolModule, Role, WireMessage } from './protocolModule.ts';
import {
  AUTO_PROTOCOL,
  detectProtocol,
  findProtocol,
  MAX_DETECTED_MESSAGES,
  NO_PROTOCOL,
  PROTOCOLS,
} from './registry.ts';
import { type Decoded, toUnit } from './unit.ts';

export interface UnitReaderOptions {
  /** The option `protocol`: an id, `auto` or `none`. */
  readonly protocol: string;
  readonly url: string;
  readonly protocols?: readonly ProtocolModule[];
}

/** A decoded message with the protocol that it was read by. */
export interface ReadMessage extends Decoded {
  readonly protocol: ProtocolModule;
}

/** What a checkpoint holds, as JSON. */
interface ReaderState {
  readonly subprotocol: string;
  readonly protocol: string | undefined;
  readonly reason: string | undefined;
  readonly seen: number;
  readonly decoder: string | undefined;
}

/** Reads the messages of a session in their order, over all its connections, by the protocol that is named or recognised. */
export class UnitReader {
  readonly #protocols: readonly ProtocolModule[];
  #subprotocol = '';
  #protocol: ProtocolModule | undefined;
  #decoder: Decoder | undefined;
  #reason: string | undefined;
  #seen = 0;

  constructor(private readonly options: UnitReaderOptions) {
    this.#protocols = options.protocols ?? PROTOCOLS;
    this.#choose([]);
  }

  get protocol(): ProtocolModule | undefined {
    return this.#protocol;
  }

  /** Why a protocol that was not named was taken; undefined if it was named, or none was recognised. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** A connection opened: what a decoder keeps does not reach over it. */
  opened(subprotocol: string): void {
    this.#subprotocol = subprotocol;
    this.#decoder = undefined;
    if (this.options.protocol === AUTO_PROTOCOL) this.#protocol = undefined;
    this.#seen = 0;
    this.#choose([]);
  }

  /** @returns undefined while no protocol is known */
  read(message: WireMessage): ReadMessage | undefined {
    if (!this.#decoder && this.#seen++ < MAX_DETECTED_MESSAGES) this.#choose([message]);
    const decoder = this.#decoder;
    const protocol = this.#protocol;
    if (!decoder || !protocol) return undefined;
    const { units, problems } = decoder.decode(message);
    return { units, problems, protocol };
  }

  /** What a later reader needs to go on behind the last message, as text; undefined while a unit is not complete. */
  checkpoint(): string | undefined {
    const decoder = this.#decoder?.checkpoint();
    if (this.#decoder && decoder === undefined) return undefined;
    const state: ReaderState = {
      subprotocol: this.#subprotocol,
      protocol: this.#protocol?.id,
      reason: this.#reason,
      seen: Math.min(this.#seen, MAX_DETECTED_MESSAGES),
      decoder,
    };
    return JSON.stringify(state);
  }

  /** Goes on where another reader with the same options was. @throws Error for what `checkpoint` did not make */
  restore(checkpoint: string): void {
    const { subprotocol, protocol, reason, seen, decoder } = JSON.parse(checkpoint) as ReaderState;
    this.#subprotocol = subprotocol;
    this.#protocol = protocol === undefined ? undefined : findProtocol(protocol, this.#protocols);
    this.#reason = reason;
    this.#seen = seen;
    this.#decoder = this.#protocol?.createDecoder({ url: this.options.url, subprotocol }, decoder);
  }

  /** The same, as it crosses boundaries. */
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
