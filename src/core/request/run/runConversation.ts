import { judgedFacts, judgedMessage, type Facts, type Judged } from '../condition/judged.ts';
import type { ConnectionInflate } from '../../protocol/decode/connectionInflate.ts';
import { decodeByRule, decodeInflated, decodePayloads } from '../../protocol/decode/decodedUnits.ts';
import type { Decoding } from '../../protocol/decode/decoding.ts';
import type { Decoder, Role, WireMessage } from '../../protocol/protocolModule.ts';
import { callKey, replyKey, type Decoded, type DecodedUnit } from '../../protocol/unit.ts';
import type { CloseDetail, ErrorDetail, OpenDetail } from '../../../shared/timeline.ts';
import { createInbox, type Inbox, type Queued } from './inbox.ts';
import type { HandshakeAnswer } from '../condition/judged.ts';
import type { RunConnection, RunRow } from './runPorts.ts';

/** The state of a run's connection: messages received and sent, and how it ended. */
export interface RunConversation {
  readonly inbox: Inbox;
  readonly onRow: (row: RunRow) => void;
  /** The `open` row, or the `error` row of a failed handshake. */
  readonly handshakeRow: number | undefined;
  /** The row of the first message or ping sent since `beginStep`, as `RunRow` numbers it. */
  readonly sent: number | undefined;
  /** `replyKey` of the answer to the last call of this request; undefined before the first call. */
  awaitedReply: string | undefined;
  beginStep(): void;
  /** How the connection ended. */
  readonly close: CloseDetail | undefined;
  /** Why it ended, if known. */
  readonly error: Pick<ErrorDetail, 'code' | 'message'> | undefined;
  /**
   * A queued message to be judged, with its payload if the conditions read it. For the first MiBs of such payloads the
   * parsed form is kept, so that they are decoded and parsed only once.
   */
  judged(message: Queued, withPayload: boolean): Judged | Promise<Judged>;
  /** Removes it from the queue. */
  take(message: Queued): void;
}

/** Converts the messages of a connection to units. */
export interface UnitSource {
  /** The side that the steps speak for. */
  readonly own: Role;
  /** Undefined if the steps speak no protocol. */
  readonly createDecoder: ((subprotocol: string) => Decoder) | undefined;
  /** The rules of the option `decode`. */
  readonly decoding: Decoding | undefined;
  /** Whether a step asks for units of type `control`. */
  readonly keepsControl: boolean;
}

/** Bytes of queued messages whose parsed form is kept; the parsed form takes several times as much memory. */
const MAX_PARSED_BYTES = 8 * 1024 * 1024;

/** Maximum calls whose names are kept for their replies; more waiting calls are a flood. */
const MAX_CALLED = 10_000;

const utf8 = new TextDecoder();

/**
 * @param connection available from the handshake on
 * @param units the protocol of the steps, and rules; undefined if they judge raw messages
 */
export function createRunConversation(
  connection: () => RunConnection,
  answer: () => HandshakeAnswer | undefined,
  units?: UnitSource,
): RunConversation {
  let release: (() => void) | undefined;
  const inbox = createInbox((isFull) => {
    release?.();
    release = isFull ? connection().hold() : undefined;
  });
  let handshakeRow: number | undefined;
  /** Microseconds: when the last message was sent, or the connection opened. */
  let lastSent = 0;
  let sent: number | undefined;
  let close: CloseDetail | undefined;
  let error: RunConversation['error'];

  let parsedBytes = 0;
  const factsOf = ({ kind, size, latency, unit }: Queued): Facts => ({
    unit,
    kind,
    size,
    latency,
    close: kind === 'close' ? close : undefined,
    handshake: answer(),
  });

  /** Names of each side's calls that wait for a reply, by `callKey`, the oldest first. */
  const called = { in: new Map<string, string>(), out: new Map<string, string>() };
  /** If its protocol gives a reply no name, it has the name of the call that it answers. */
  const named = (unit: DecodedUnit, direction: RunRow['direction']): DecodedUnit => {
    const own = direction === 'out' ? called.out : called.in;
    const other = direction === 'out' ? called.in : called.out;
    const key = callKey(unit);
    if (key !== undefined && unit.name !== '') {
      own.delete(key);
      own.set(key, unit.name);
      if (own.size > MAX_CALLED) own.delete(own.keys().next().value!);
    }
    const answered = unit.name === '' ? replyKey(unit) : undefined;
    const name = answered === undefined ? undefined : other.get(answered);
    return name === undefined ? unit : { ...unit, name };
  };

  let decoder: Decoder | undefined;
  let inflate: ConnectionInflate | undefined;
  function decodeMessage(message: WireMessage, isInflated: true): Decoded;
  function decodeMessage(message: WireMessage, isInflated: boolean): Decoded | undefined;
  function decodeMessage(message: WireMessage, isInflated: boolean): Decoded | undefined {
    const decoding = units?.decoding;
    if (decoder) {
      const decoded = decoder.decode(message);
      return decoding ? decodePayloads(decoded, message.from, decoding) : decoded;
    }
    if (!decoding) return undefined;
    if (isInflated) return decodeInflated(message, decoding);
    const decoded = decodeByRule(message, decoding);
    return decoded.units.length === 0 ? undefined : decoded;
  }
  /** Decodes both directions, because a sent message may determine what an answer means. */
  const decode = ({ kind, direction, payload }: RunRow): readonly DecodedUnit[] | undefined => {
    if (!units || (kind !== 'text' && kind !== 'binary')) return undefined;
    const from =
      (direction === 'out') === (units.own === 'client') ? ('client' as const) : ('server' as const);
    const message: WireMessage = { kind, from, data: payload };
    const read =
      inflate?.read(message, (inflated) => decodeMessage(inflated, true)) ?? decodeMessage(message, false);
    if (!read) return undefined;
    const { units: found, problems } = read;
    return found.length === 0 && problems.length > 0
      ? undefined
      : found.map((unit) => named(unit, direction));
  };

  return {
    inbox,
    awaitedReply: undefined,
    onRow(row) {
      const { seq, time, kind, direction, automatic } = row;
      // Decoded units keep views of the payload.
      const payload = units && (kind === 'text' || kind === 'binary') ? row.payload.slice() : row.payload;
      const found = decode({ ...row, payload });
      const latency = (time - lastSent) / 1000;
      if (kind === 'open') {
        handshakeRow = seq;
        lastSent = time;
        inflate = units?.decoding?.createConnectionInflate();
        decoder = units?.createDecoder?.((JSON.parse(utf8.decode(payload)) as OpenDetail).protocol);
      } else if (kind === 'error') {
        handshakeRow ??= seq;
        error = JSON.parse(utf8.decode(payload)) as ErrorDetail;
      } else if (kind === 'close') {
        close = JSON.parse(utf8.decode(payload)) as CloseDetail;
        inbox.add({ seq, kind, latency }, payload);
      } else if (direction === 'out' && kind !== 'pong') {
        if (automatic) return;
        sent ??= seq;
        if (kind !== 'ping') lastSent = time;
      } else if (direction === 'in' && (kind === 'text' || kind === 'binary')) {
        if (!found) inbox.add({ seq, kind, latency }, payload);
        for (const unit of found ?? [])
          if (unit.type !== 'control' || units!.keepsControl)
            inbox.add({ seq, kind, latency, unit }, payload);
      }
    },
    get handshakeRow() {
      return handshakeRow;
    },
    get sent() {
      return sent;
    },
    beginStep() {
      sent = undefined;
    },
    get close() {
      return close;
    },
    get error() {
      return error;
    },
    judged(message, withPayload) {
      if (message.judged) return message.judged;
      const facts = factsOf(message);
      if (!withPayload || message.kind === 'close') return judgedFacts(facts);
      if (!message.payload)
        return connection()
          .read(message.seq)
          .then((payload) => judgedMessage(payload, facts));
      const judged = judgedMessage(message.payload, facts);
      if (parsedBytes + message.size <= MAX_PARSED_BYTES) {
        parsedBytes += message.size;
        message.judged = judged;
      }
      return judged;
    },
    take(message) {
      inbox.remove(message);
      if (message.judged) parsedBytes -= message.size;
    },
  };
}
