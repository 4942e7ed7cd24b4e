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
    return decoder && protocol && { ...decoder.decode(message), protocol };
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
