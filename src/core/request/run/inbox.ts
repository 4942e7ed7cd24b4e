import type { DecodedUnit } from '../../protocol/unit.ts';
import type { Judged } from '../condition/judged.ts';

/** Maximum bytes of queued messages in memory; the payloads of further ones are read from the recording again. */
const MAX_KEPT_BYTES = 32 * 1024 * 1024;

/** Maximum bytes of queued units before reading from the socket stops: a unit cannot be decoded again on its own. */
const MAX_UNIT_BYTES = 128 * 1024 * 1024;

/** Maximum number of queued messages before reading from the socket stops: their facts take memory too. */
const MAX_QUEUED = 200_000;

/** A message, or the close, that no step has taken yet. */
export interface Queued {
  readonly seq: number;
  readonly kind: 'text' | 'binary' | 'close';
  readonly size: number;
  /** Milliseconds between the last message that the request sent and the arrival of this one. */
  readonly latency: number;
  /** The decoded unit. A message with several units is queued once for each. */
  readonly unit: DecodedUnit | undefined;
  /** Undefined if it was too large to keep. */
  readonly payload: Uint8Array | undefined;
  /** The payload, decoded and parsed on first use. */
  judged: Judged | undefined;
  next: Queued | undefined;
  previous: Queued | undefined;
}

/** The messages that no step has taken yet, oldest first. */
export interface Inbox {
  readonly first: Queued | undefined;
  /** The last message received, whether taken or not. */
  readonly last: Queued | undefined;
  readonly count: number;
  /** Whether the queue is full and reading has stopped. */
  readonly isFull: boolean;
  /** Copies the payload if it is kept. The payload of a unit already is the caller's copy and is always kept. */
  add(
    message: Pick<Queued, 'seq' | 'kind' | 'latency'> & { readonly unit?: DecodedUnit | undefined },
    payload: Uint8Array,
  ): void;
  remove(message: Queued): void;
  /** Stops queueing, because no further step takes a message. */
  stop(): void;
  /** Calls once, when the next message arrives; replaces an earlier listener. */
  onArrival(listener: () => void): void;
}

/** @param onFull stops reading from the socket (true) or resumes it */
export function createInbox(onFull: (isFull: boolean) => void, most = MAX_QUEUED): Inbox {
  let first: Queued | undefined;
  let last: Queued | undefined;
  let count = 0;
  let keptBytes = 0;
  let isStopped = false;
  let isFull = false;
  let listener: (() => void) | undefined;

  const setFull = (full: boolean): void => {
    if (full === isFull) return;
    isFull = full;
    onFull(full);
  };
  return {
    get first() {
      return first;
    },
    get last() {
      return last;
    },
    get count() {
      return count;
    },
    get isFull() {
      return isFull;
    },
    add(message, payload) {
      if (isStopped) return;
      const { unit } = message;
      const isKept = unit !== undefined || keptBytes + payload.length <= MAX_KEPT_BYTES;
      if (isKept) keptBytes += payload.length;
      const queued: Queued = {
        ...message,
        unit,
        size: payload.length,
        payload: unit ? payload : isKept ? payload.slice() : undefined,
        judged: undefined,
        next: undefined,
        previous: last,
      };
      if (last) last.next = queued;
      else first = queued;
      last = queued;
      count++;
      if (count >= most || keptBytes >= MAX_UNIT_BYTES) setFull(true);
      const listening = listener;
      listener = undefined;
      listening?.();
    },
    remove(message) {
      if (message.previous) message.previous.next = message.next;
      else first = message.next;
      if (message.next) message.next.previous = message.previous;
      else last = message.previous;
      if (message.payload) keptBytes -= message.size;
      count--;
      if (count < most / 2 && keptBytes <= MAX_KEPT_BYTES) setFull(false);
    },
    stop() {
      isStopped = true;
      first = last = undefined;
      count = keptBytes = 0;
      setFull(false);
    },
    onArrival(wanted) {
      listener = wanted;
    },
  };
}
