import { setTimeout as delay } from 'node:timers/promises';
import type { Role, WireMessage } from '../../core/protocol/protocolModule.ts';
import { DuplexError, type ErrorCode } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { FLAG, type CloseDetail, type ErrorDetail } from '../../shared/timeline.ts';
import { detailOf } from '../recordingFile.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import {
  beginningOf,
  firstDifference,
  isAlike,
  type Divergence,
  type TimedMessage,
} from './compareMessages.ts';
import { MessageIds, type IdMap } from './messageIds.ts';
import type { ReplayScript } from './replayScript.ts';
import type { Turn } from './turns.ts';

/** Maximum distance, in messages, between the recorded and the actual position of a message. */
const LOOK_AHEAD = 16;

/** Maximum bytes of neighbouring messages that are compared by content when a message diverges. */
const MAX_LOOKED_BYTES = MiB;

/** Bytes of waiting messages at which reading from the peer stops during a recorded pause. */
const MAX_WAITING_BYTES = 8 * MiB;

/** Maximum number of unrecorded messages that are reported one by one. */
const MAX_EXTRAS = 100;

/** The longest delay of a timer, in milliseconds. */
const MAX_DELAY = 0x7fff_ffff;

export interface ReplayerOptions {
  /** How many times faster than recorded; Infinity: without pauses. */
  readonly speed: number;
  /**
   * Milliseconds to wait for a recorded message in addition to its recorded pause; Infinity: until the connection ends.
   */
  readonly patience: number;
  readonly onDivergence: (divergence: Divergence) => void;
  /** Receives the number of completed turns. */
  readonly onProgress?: ((turns: number) => void) | undefined;
}

type Expected = Extract<Turn, { readonly does: 'expect' }>;
type Arrived = TimedMessage & { readonly seq: number };

/** Compares a message with a turn. @returns the ids by which they differ; undefined if they are different messages */
type Look = (turn: Expected, got: Arrived, at: number) => IdMap | undefined;

/** The difference between a recorded and a received message, and the ids by which they differ. */
interface Comparison {
  readonly difference: string | undefined;
  readonly pairs: IdMap;
}

/**
 * Plays one side of a recorded connection in a session: sends the recorded messages, waits for the messages
 * of the other side, and compares them with the recorded ones. Each divergence becomes a note in the session.
 */
export class Replayer implements SessionTap {
  readonly #arrived: Arrived[] = [];
  readonly #ended = new AbortController();
  readonly #ids: MessageIds;
  readonly #map: IdMap = new Map();
  readonly #peer: Role;
  #notify = (): void => {};
  /** Whether no message has arrived since one was reported missing; then the next ones are not awaited. */
  #isSilent = false;
  /** Bytes of received messages that are not compared yet. */
  #waiting = 0;
  #isPausing = false;
  /** When the next turn of this side is due; short pauses accumulate. */
  #due = 0;
  #release: (() => void) | undefined;
  /** How to handle a received message. After the last turn, messages are not kept. */
  #arrival: 'keep' | 'report' | 'ignore' = 'keep';
  #extras = 0;
  #closeCode: number | undefined;
  #failure: ErrorDetail | undefined;

  constructor(
    private readonly session: () => Session,
    private readonly script: ReplayScript,
    private readonly options: ReplayerOptions,
  ) {
    this.#ids = new MessageIds(script);
    this.#peer = script.side === 'client' ? 'server' : 'client';
  }

  /** Aborts when the connection has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** The reason why the connection failed or broke. */
  get failure(): ErrorDetail | undefined {
    return this.#failure;
  }

  /** The failure of an open connection; undefined if the recorded connection broke, too. */
  get breakdown(): DuplexError | undefined {
    const { turns } = this.script;
    const last = turns.get(turns.length - 1);
    if (!this.#failure || (last?.does === 'end' && last.code === 1006)) return undefined;
    return new DuplexError(this.#failure.code as ErrorCode, this.#failure.message);
  }

  onRow({ kind, direction, payload, seq }: Parameters<SessionTap['onRow']>[0]): void {
    if (kind === 'close') this.#closeCode = (detailOf(payload) as unknown as CloseDetail).code;
    if (kind === 'error') this.#failure = detailOf(payload) as unknown as ErrorDetail;
    if (kind === 'close' || kind === 'error') this.#ended.abort();
    if (direction !== 'in' || (kind !== 'text' && kind !== 'binary')) return;
    if (this.#arrival === 'ignore') return;
    const got: Arrived = { kind, data: payload, at: Date.now(), seq };
    if (this.#arrival === 'report') return this.#extra(got);
    // The payload is valid only during the call.
    this.#arrived.push({ ...got, data: payload.slice() });
    this.#waiting += got.data.length;
    this.#slowDown();
    this.#isSilent = false;
    this.#notify();
  }

  /** Plays all turns until the connection ends. @throws DuplexError if sending fails */
  async play(stop: AbortSignal): Promise<void> {
    const over = AbortSignal.any([stop, this.ended]);
    const { turns, side } = this.script;
    let at = 0;
    this.#due = performance.now();
    try {
      while (at < turns.length) {
        const turn = turns.get(at)!;
        at += turn.does === 'expect' ? await this.#expect(turn, at, over) : await this.#act(turn, at, over);
        this.options.onProgress?.(at);
      }
    } catch (thrown) {
      // A failure after the end of the connection or the replay is not a fault.
      if (!over.aborted) throw thrown;
    }
    const left = turns.get(at);
    // A client may leave at any time, but a server that leaves is a divergence.
    if (left && side === 'client' && !stop.aborted)
      this.#tell(`The connection ended with ${this.#code} before row ${left.row} of the recording.`, left);
  }

  /** Reports the received messages that are not in the recording, and from now on each further one. */
  reportExtras(): void {
    this.#arrival = 'report';
    for (const got of this.#drop(Infinity)) this.#extra(got);
  }

  /** Reports the received messages that are not in the recording. Later messages are ignored. */
  finish(): void {
    this.reportExtras();
    this.#arrival = 'ignore';
  }

  get #code(): number {
    return this.#closeCode ?? 1006;
  }

  async #act(turn: Exclude<Turn, Expected>, at: number, over: AbortSignal): Promise<number> {
    const session = this.session();
    if (turn.does === 'end') {
      await this.#expectEnd(turn, over);
      return 1;
    }
    this.#due += turn.after / this.options.speed;
    const pause = this.#due - performance.now();
    if (pause >= 1) await this.#pause(Math.min(pause, MAX_DELAY), over);
    over.throwIfAborted();
    if (turn.does === 'send') {
      const message = { kind: turn.kind, data: turn.data, from: this.script.side };
      // Without ids nothing is rewritten, so the following messages are not read.
      const data =
        this.#map.size === 0 ? turn.data : this.#ids.rewritten(message, this.#map, this.#followers(at));
      this.#ids.passed(message);
      this.#isSilent = false;
      await session.send({ kind: turn.kind, data }, turn.fragments);
    } else if (turn.does === 'ping') await session.ping(turn.data);
    else await session.endAs(turn);
    return 1;
  }

  async #pause(time: number, over: AbortSignal): Promise<void> {
    this.#isPausing = true;
    this.#slowDown();
    try {
      await delay(time, undefined, { signal: over });
    } finally {
      this.#isPausing = false;
      this.#slowDown();
    }
  }

  /**
   * Stops reading while too many bytes wait. This happens only in a pause, because at other times messages
   * are compared at once.
   */
  #slowDown(): void {
    if (this.#isPausing && this.#waiting > MAX_WAITING_BYTES) this.#release ??= this.session().hold();
    else {
      this.#release?.();
      this.#release = undefined;
    }
  }

  /** Removes the oldest received messages. */
  #drop(count: number): readonly Arrived[] {
    const dropped = this.#arrived.splice(0, count);
    for (const { data } of dropped) this.#waiting -= data.length;
    return dropped;
  }

  /** @returns the number of completed turns */
  async #expect(turn: Expected, at: number, over: AbortSignal): Promise<number> {
    for (;;) {
      const got = await this.#next(turn, over);
      // The pauses of the following turns begin now.
      this.#due = performance.now();
      if (!got) return this.#missing(turn);
      const { difference, pairs } = this.#compare(turn, got, at);
      if (difference === undefined) return this.#take(turn, pairs);
      if (this.#isHeartbeat(got)) {
        this.#drop(1);
        continue;
      }
      if (this.#ids.isHeartbeat(this.#recorded(turn))) return this.#pass(turn);
      const look = this.#look();
      const later = this.#findLater(got, at, look);
      if (later !== undefined) return later;
      const extra = this.#arrived
        .slice(0, LOOK_AHEAD)
        .findIndex((other) => look(turn, other, at) !== undefined);
      if (extra > 0) {
        for (const each of this.#drop(extra)) this.#unexpected(each);
        continue;
      }
      const text = `Message ${got.seq} diverges from row ${turn.row} of the recording: ${difference}.`;
      this.#tell(text, turn, got);
      return this.#take(turn, pairs);
    }
  }

  /**
   * Looks for a received message among the turns after the one that it differs from.
   * @returns the number of completed turns if it is found
   */
  #findLater(got: Arrived, at: number, look: Look): number | undefined {
    const { turns } = this.script;
    for (let ahead = 1; ahead < LOOK_AHEAD; ahead++) {
      const later = turns.get(at + ahead);
      // The search ends at the next action of this side.
      if (later?.does !== 'expect') return undefined;
      const found = look(later, got, at + ahead);
      if (!found) continue;
      for (let earlier = at; earlier < at + ahead; earlier++) this.#missing(turns.get(earlier) as Expected);
      this.#take(later, found);
      return ahead + 1;
    }
    return undefined;
  }

  /** The next message to compare, which stays in the queue; undefined if none arrives in time. */
  async #next({ after }: Expected, over: AbortSignal): Promise<Arrived | undefined> {
    const until = performance.now() + after + this.options.patience;
    while (this.#arrived.length === 0) {
      over.throwIfAborted();
      const left = until - performance.now();
      if (this.#isSilent || left <= 0) {
        this.#isSilent = true;
        return undefined;
      }
      const waited = new AbortController();
      const signal = AbortSignal.any([over, waited.signal]);
      const arrived = new Promise<void>((resolve) => (this.#notify = resolve));
      await Promise.race([arrived, delay(Math.min(left, MAX_DELAY), undefined, { signal }).catch(() => {})]);
      waited.abort();
    }
    return this.#arrived[0];
  }

  async #expectEnd(turn: Extract<Turn, { readonly code: number }>, over: AbortSignal): Promise<void> {
    if (!over.aborted) this.reportExtras();
    const limit = Math.min(turn.after + this.options.patience, MAX_DELAY);
    if (!over.aborted) await delay(limit, undefined, { signal: over }).catch(() => {});
    if (this.script.side === 'server') return;
    if (this.ended.aborted) {
      if (this.#code === turn.code) return;
      const text = `The connection ended with ${this.#code}, and in row ${turn.row} of the recording with ${turn.code}.`;
      this.#tell(text, turn);
    } else if (!over.aborted)
      this.#tell(
        `The connection did not end with ${turn.code}, as in row ${turn.row} of the recording.`,
        turn,
      );
  }

  #compare(turn: Expected, got: Arrived, at: number): Comparison {
    const plain = firstDifference(turn, got);
    if (plain === undefined || turn.kind !== got.kind) return { difference: plain, pairs: new Map() };
    const recorded = this.#recorded(turn);
    const followers = this.#followers(at);
    const pairs = this.#ids.pairs(recorded, { ...got, from: this.#peer }, followers);
    const known = new Map([...this.#map, ...pairs]);
    const data = this.#ids.rewritten(recorded, known, followers);
    return {
      difference: data === turn.data ? plain : firstDifference({ kind: turn.kind, at: turn.at, data }, got),
      pairs,
    };
  }

  /** @returns a function that compares messages at other positions than recorded */
  #look(): Look {
    let left = MAX_LOOKED_BYTES;
    return (turn, got, at) => {
      if (!isAlike(turn, got)) return undefined;
      left -= turn.size + got.data.length;
      if (left < 0) {
        const isSame = turn.size === got.data.length && Buffer.compare(turn.data, got.data) === 0;
        return isSame ? new Map() : undefined;
      }
      const { difference, pairs } = this.#compare(turn, got, at);
      return difference === undefined ? pairs : undefined;
    };
  }

  #isHeartbeat(message: Pick<WireMessage, 'kind' | 'data'>): boolean {
    return this.#ids.isHeartbeat({ ...message, from: this.#peer });
  }

  /** The message of a turn of the other side. */
  #recorded({ kind, data }: Expected): WireMessage {
    return { kind, data, from: this.#peer };
  }

  /** The next messages of the same side. They are read only if the unit of this message is incomplete. */
  #followers(at: number): Iterable<WireMessage> {
    const { turns, side } = this.script;
    const { does } = turns.get(at)!;
    const from = does === 'send' ? side : this.#peer;
    return {
      *[Symbol.iterator]() {
        for (let next = at + 1; next < at + LOOK_AHEAD; next++) {
          const turn = turns.get(next);
          if (turn?.does !== does || (turn.does !== 'send' && turn.does !== 'expect')) continue;
          yield { kind: turn.kind, data: turn.data, from };
        }
      },
    };
  }

  #take(turn: Expected, pairs: IdMap): 1 {
    this.#drop(1);
    for (const [recorded, own] of pairs) this.#map.set(recorded, own);
    return this.#pass(turn);
  }

  #pass(turn: Expected): 1 {
    this.#ids.passed(this.#recorded(turn));
    return 1;
  }

  #missing(turn: Expected): 1 {
    this.#tell(`Row ${turn.row} of the recording did not come: ${beginningOf(turn)}.`, turn);
    return this.#pass(turn);
  }

  #extra(got: Arrived): void {
    if (this.#extras <= MAX_EXTRAS && !this.#isHeartbeat(got)) this.#unexpected(got);
  }

  #unexpected(got: Arrived): void {
    if (++this.#extras > MAX_EXTRAS) {
      if (this.#extras === MAX_EXTRAS + 1)
        this.#tell(`From message ${got.seq} on, messages that are not in the recording are not reported.`);
      return;
    }
    this.#tell(`Message ${got.seq} is not in the recording: ${beginningOf(got)}.`, undefined, got);
  }

  /** Adds a note about a divergence. */
  report(text: string): void {
    this.#tell(text);
  }

  #tell(text: string, turn?: { readonly row: number }, got?: Arrived): void {
    const divergence: Divergence = {
      text,
      ...(turn && { expected: turn.row }),
      ...(got && { actual: got.seq }),
    };
    const flags = turn && got ? FLAG.differs : 0;
    this.session().timeline.addDetail('note', 'none', { note: 'divergence', ...divergence }, flags);
    this.options.onDivergence(divergence);
  }
}
