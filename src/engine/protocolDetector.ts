import { MAX_SNIFFED } from '../core/protocol/limits.ts';
import { MAX_DETECTED_MESSAGES, userTables } from '../core/protocol/registry.ts';
import type { Role, WireMessage } from '../core/protocol/protocolModule.ts';
import { RULES_PROTOCOL } from '../core/protocol/decode/decodedUnits.ts';
import { senderOf, UnitReader } from '../core/protocol/unitReader.ts';
import { plainBytes } from '../net/plainBytes.ts';
import { detailOf } from '../recording/read/rowDetail.ts';
import type { ConnectOptions, DecodedAs } from '../shared/session.ts';
import type { Direction, Kind } from '../shared/timeline.ts';

/** Determines the protocol of a session: named, or recognised in the first messages of its last connection. */
export class ProtocolDetector {
  #reader: UnitReader | undefined;
  #protocol = '';
  #tables: ReturnType<typeof userTables> | undefined;
  #subprotocol = '';
  /** The first messages of the connection. */
  #first: WireMessage[] = [];
  constructor(
    private readonly options: () => Pick<ConnectOptions, 'protocol' | 'url' | 'decode'>,
    private readonly own: Role = 'client',
  ) {}

  /** Undefined until one is known. */
  get current(): DecodedAs | undefined {
    // Another choice, or another table of the user, applies at once.
    if (this.options().protocol !== this.#protocol || this.#tables !== userTables()) this.#begin();
    const { protocol: module, reason } = this.#reader ?? {};
    const { decode } = this.options();
    if (!module && decode.length > 0)
      return { id: RULES_PROTOCOL, title: 'Rules', reason: decode.join('; ') };
    return (
      module && {
        id: module.id,
        title: module.title,
        ...(reason !== undefined && { reason }),
        ...(module.topics && { topics: true }),
      }
    );
  }

  /** Most rows cost two comparisons. */
  onRow(kind: Kind, direction: Direction, payload: Uint8Array): void {
    if (kind === 'open') {
      const { protocol } = detailOf(payload);
      this.#subprotocol = typeof protocol === 'string' ? protocol : '';
      this.#first = [];
      this.#begin();
    } else if (this.#first.length < MAX_DETECTED_MESSAGES && (kind === 'text' || kind === 'binary')) {
      const from = senderOf(direction, this.own);
      // The buffer is reused. Longer messages are not examined.
      const message = { kind, from, data: plainBytes(payload).slice(0, MAX_SNIFFED + 1) } as const;
      this.#examine(message);
      this.#first.push(message);
    }
  }

  #begin(): void {
    const { protocol, url } = this.options();
    this.#protocol = protocol;
    this.#tables = userTables();
    this.#reader = new UnitReader({ protocol, url });
    this.#reader.opened(this.#subprotocol);
    for (const message of this.#first) this.#examine(message);
  }

  #examine(message: WireMessage): void {
    if (this.#reader && !this.#reader.protocol) this.#reader.read(message);
  }
}
