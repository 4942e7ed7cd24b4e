import { judgedFacts, judgedMessage, type Facts, type Judged } from '../condition/judged.ts';
import type { CloseDetail, ErrorDetail } from '../../../shared/timeline.ts';
import { createInbox, type Inbox, type Queued } from './inbox.ts';
import type { HandshakeAnswer } from '../condition/judged.ts';
import type { RunConnection, RunRow } from './runPorts.ts';

/** What a run knows of its connection: what came, what was sent, how it ended. */
export interface Conversation {
  readonly inbox: Inbox;
  readonly onRow: (row: RunRow) => void;
  /** The `open` row, or the `error` row of a handshake that did not come about. */
  readonly handshakeRow: number | undefined;
  /** Number in the recording of the first message or ping that was sent since `beginStep`. */
  readonly sent: number | undefined;
  beginStep(): void;
  /** How the connection ended. */
  readonly close: CloseDetail | undefined;
  /** Why it ended, where that is known. */
  readonly error: Pick<ErrorDetail, 'code' | 'message'> | undefined;
  /**
   * A queued message, to be judged; with its payload where that is looked into: of the first MiBs that are, it is decoded
   * and parsed only once.
   */
  judged(message: Queued, withPayload: boolean): Judged | Promise<Judged>;
  /** Takes it out of the queue. */
  take(message: Queued): void;
}

/** Bytes of messages whose parsed form is kept while they are queued: it takes several times as much. */
const MAX_PARSED_BYTES = 8 * 1024 * 1024;

const decoder = new TextDecoder();

/** @param connection known from the handshake on */
export function createConversation(
  connection: () => RunConnection,
  answer: () => HandshakeAnswer | undefined,
): Conversation {
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
  let error: Conversation['error'];

  let parsedBytes = 0;
  const factsOf = ({ kind, size, latency }: Queued): Facts => ({
    kind,
    size,
    latency,
    close: kind === 'close' ? close : undefined,
    handshake: answer(),
  });

  return {
    inbox,
    onRow({ seq, time, kind, direction, payload }) {
      const latency = (time - lastSent) / 1000;
      if (kind === 'open') {
        handshakeRow = seq;
        lastSent = time;
      } else if (kind === 'error') {
        handshakeRow ??= seq;
        error = JSON.parse(decoder.decode(payload)) as ErrorDetail;
      } else if (kind === 'close') {
        close = JSON.parse(decoder.decode(payload)) as CloseDetail;
        inbox.add({ seq, kind, latency }, payload);
      } else if (direction === 'out' && kind !== 'pong') {
        sent ??= seq;
        if (kind !== 'ping') lastSent = time;
      } else if (direction === 'in' && (kind === 'text' || kind === 'binary')) {
        inbox.add({ seq, kind, latency }, payload);
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
