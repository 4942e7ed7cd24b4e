import { MAX_DETECTED_MESSAGES } from '../core/protocol/registry.ts';
import type { Role } from '../core/protocol/protocolModule.ts';
import { UnitReader } from '../core/protocol/unitReader.ts';
import { detailOf } from '../recording/read/rowDetail.ts';
import type { ConnectOptions, DecodedAs } from '../shared/session.ts';
import type { Direction, Kind } from '../shared/timeline.ts';

/** Determines the protocol of a session: named, or recognised in the first messages of its last connection. */
export class Sighting {
  #reader: UnitReader | undefined;
  /** Messages that are still to be examined. */
  #left = 0;
  #protocol = '';

  constructor(
    private readonly options: () => Pick<ConnectOptions, 'protocol' | 'url'>,
    private readonly own: Role = 'client',
  ) {}

  /** Undefined until one is known. */
  get current(): DecodedAs | undefined {
    const { protocol } = this.options();
    // A new choice applies at once.
    if (protocol !== this.#protocol) this.#begin('');
    const { protocol: module, reason } = this.#reader ?? {};
    return module && { id: module.id, title: module.title, ...(reason !== undefined && { reason }) };
  }

  /** Most rows cost two comparisons. */
  onRow(kind: Kind, direction: Direction, payload: Uint8Array): void {
    if (kind === 'open') {
      const { protocol } = detailOf(payload);
      this.#begin(typeof protocol === 'string' ? protocol : '');
    } else if (this.#left > 0 && (kind === 'text' || kind === 'binary')) {
      this.#left--;
      this.#reader?.read({
        kind,
        from: (direction === 'out') === (this.own === 'client') ? 'client' : 'server',
        data: payload,
      });
      if (this.#reader?.protocol) this.#left = 0;
    }
  }

  #begin(subprotocol: string): void {
    const { protocol, url } = this.options();
    this.#protocol = protocol;
    this.#reader = new UnitReader({ protocol, url });
    this.#reader.opened(subprotocol);
    this.#left = this.#reader.protocol ? 0 : MAX_DETECTED_MESSAGES;
  }
}
