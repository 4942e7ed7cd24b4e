import { MAX_SNIFFED } from '../core/protocol/limits.ts';
import { MAX_DETECTED_MESSAGES, NO_PROTOCOL, userTables } from '../core/protocol/registry.ts';
import type { Role, WireMessage } from '../core/protocol/protocolModule.ts';
import { RULES_PROTOCOL } from '../core/protocol/decode/decodedUnits.ts';
import { senderOf, UnitReader } from '../core/protocol/unitReader.ts';
import { plainBytes } from '../net/plainBytes.ts';
import { createStreamDecoding } from '../recording/read/payloadDecoding.ts';
import { detailOf } from '../recording/read/rowDetail.ts';
import type { ConnectOptions, DecodedAs } from '../shared/session.ts';
import type { Direction, Kind } from '../shared/timeline.ts';

/** A rule whose compression hides the protocol of its messages. */
const STREAM_RULE = /^\s*zlib-stream\b/i;

/**
 * Determines the protocol of a session: the named one, or the one recognised in the first messages of its
 * last connection, even if a rule `zlib-stream` inflates them. Messages are examined on demand, because that
 * loads every protocol.
 */
export class ProtocolDetector {
  #reader: UnitReader | undefined;
  #protocol = '';
  #streamRules = '';
  #tables: ReturnType<typeof userTables> | undefined;
  #subprotocol = '';
  /** The first messages of the connection, and how many of them have been examined. */
  #first: WireMessage[] = [];
  #examined = 0;

  constructor(
    private readonly options: () => Pick<ConnectOptions, 'protocol' | 'url' | 'decode'>,
    private readonly own: Role = 'client',
  ) {}

  /** The protocol; undefined until one is known. */
  get current(): DecodedAs | undefined {
    const reader = this.#recognised();
    const { decode } = this.options();
    if ((!reader || isUnknown(reader)) && decode.length > 0)
      return { id: RULES_PROTOCOL, title: 'Rules', reason: decode.join('; ') };
    const { protocol: module, reason } = reader ?? {};
    return (
      module && {
        id: module.id,
        title: module.title,
        ...(reason !== undefined && { reason }),
        ...(module.topics && { topics: true }),
      }
    );
  }

  /** Cheap for most rows: two comparisons. */
  onRow(kind: Kind, direction: Direction, payload: Uint8Array): void {
    if (kind === 'open') {
      const { protocol } = detailOf(payload);
      this.#subprotocol = typeof protocol === 'string' ? protocol : '';
      this.#first = [];
      this.#reader = undefined;
    } else if (this.#first.length < MAX_DETECTED_MESSAGES && (kind === 'text' || kind === 'binary')) {
      const from = senderOf(direction, this.own);
      // The buffer is reused. Longer messages are not examined.
      this.#first.push({ kind, from, data: plainBytes(payload).slice(0, MAX_SNIFFED + 1) });
    }
  }

  /** A reader that has examined every message so far; undefined while no protocol can be known. */
  #recognised(): UnitReader | undefined {
    const { protocol, url, decode } = this.options();
    if (protocol === NO_PROTOCOL) return undefined;
    const rules = decode.filter((rule) => STREAM_RULE.test(rule));
    const streamRules = rules.join('\n');
    const isOther = protocol !== this.#protocol || streamRules !== this.#streamRules;
    // Another choice or a changed table of the user applies at once.
    if (!this.#reader || isOther || this.#tables !== userTables()) {
      this.#protocol = protocol;
      this.#streamRules = streamRules;
      this.#tables = userTables();
      // The module is loaded only for such a rule.
      const decoding = rules.length > 0 ? createStreamDecoding(rules, this.own) : undefined;
      this.#reader = new UnitReader({ protocol, url, decoding });
      this.#reader.opened(this.#subprotocol);
      this.#examined = 0;
    }
    while (this.#examined < this.#first.length && isUnknown(this.#reader))
      this.#reader.read(this.#first[this.#examined++]!);
    return this.#reader;
  }
}

/** Whether only rules decode the messages, because no protocol is known. */
function isUnknown({ protocol }: UnitReader): boolean {
  return !protocol || protocol.id === RULES_PROTOCOL;
}
