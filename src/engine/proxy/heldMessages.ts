import { faultText, type FaultDirection, type FaultPlan } from '../../core/request/plan/faultPlan.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import type { NoteDetail } from '../../shared/timeline.ts';
import type { Kept, Send } from './lane.ts';
import type { LiveFaults } from './liveFaults.ts';

/** Maximum message numbers in one note. */
const MAX_LISTED = 20;

/** A message that waits for a decision. */
export interface HeldMessage extends OutgoingMessage {
  /** The displayed number of its row. */
  readonly seq: number;
  readonly direction: FaultDirection;
  readonly fault: FaultPlan;
}

/** The faults and the held messages of a proxied connection. */
export interface ProxiedConnection {
  /** The faults of the proxy, shared by all of its connections. */
  readonly faults: LiveFaults;
  readonly held: HeldMessages;
}

/** The ways to pass a held message on. */
export interface HeldWays {
  readonly asItCame: Send;
  /** False if its receiver is closing the connection. */
  readonly canPass: () => boolean;
  /** Records another message and passes it on instead. */
  readonly edited: (message: OutgoingMessage) => Send;
  /** Called when the message is edited or dropped. */
  readonly onReplaced: () => void;
}

interface Entry {
  readonly message: HeldMessage;
  readonly kept: Kept;
  readonly ways: HeldWays;
  /** When it was held, in milliseconds of `performance.now()`. */
  readonly since: number;
}

export interface HeldHooks {
  readonly note: (detail: Omit<NoteDetail, 'note'>) => void;
  /** The number of a row in the recording; undefined if it is not recorded. */
  readonly rowOf: (seq: number) => number | undefined;
  readonly onChange: () => void;
}

/** The held messages of a proxied connection, in order of arrival. Each decision adds a note. */
export class HeldMessages {
  readonly #entries = new Map<number, Entry>();

  constructor(private readonly hooks: HeldHooks) {}

  get all(): readonly HeldMessage[] {
    return [...this.#entries.values()].map(({ message }) => message);
  }

  /** The numbers of their rows in the recording. */
  get rows(): readonly number[] {
    return [...this.#entries.keys()].flatMap((seq) => this.hooks.rowOf(seq) ?? []);
  }

  /** The displayed number of a recorded row. @throws DuplexError `call.invalid` if its message is not held */
  seqOf(row: number): number {
    for (const seq of this.#entries.keys()) if (this.hooks.rowOf(seq) === row) return seq;
    throw notHeld(row);
  }

  /** Releases a message whose time is over. It stays held if it can no longer be passed on. */
  expire(seq: number): void {
    if (this.#entries.get(seq)?.ways.canPass()) this.release(seq);
  }

  add(message: HeldMessage, kept: Kept, ways: HeldWays): void {
    this.#entries.set(message.seq, { message, kept, ways, since: performance.now() });
    this.hooks.onChange();
  }

  /**
   * Passes messages on unchanged. The order in each direction is kept: a message behind a held one waits for it.
   * @throws DuplexError `call.invalid` if one of them is not held
   */
  release(...seqs: readonly number[]): void {
    this.#settle(seqs, 'released', ({ message, kept, ways }) =>
      kept.release(message.data.length, ways.asItCame),
    );
  }

  releaseAll(): void {
    this.release(...this.#entries.keys());
  }

  /** Passes another message on instead of the held one. @throws DuplexError `call.invalid` if it is not held */
  edit(seq: number, { kind, data }: OutgoingMessage): void {
    const { message } = this.#entryOf(seq);
    if (kind === message.kind && Buffer.compare(data, message.data) === 0) return this.release(seq);
    this.#settle([seq], 'edited and released', ({ kept, ways }) => {
      ways.onReplaced();
      kept.release(data.length, ways.edited({ kind, data }));
    });
  }

  /** Discards messages. @throws DuplexError `call.invalid` if one of them is not held */
  drop(...seqs: readonly number[]): void {
    this.#settle(seqs, 'dropped', ({ kept, ways }) => {
      ways.onReplaced();
      kept.drop();
    });
  }

  /**
   * The receiver of these directions is gone, and their held messages with it.
   * @returns their displayed numbers; undefined if no message was held
   */
  lose(directions: readonly FaultDirection[]): string | undefined {
    const lost = this.all.filter(({ direction }) => directions.includes(direction));
    for (const { seq } of lost) this.#entries.delete(seq);
    if (lost.length === 0) return undefined;
    this.hooks.onChange();
    return this.#listed(lost);
  }

  #listed(messages: readonly HeldMessage[]): string {
    const numbers = messages.slice(0, MAX_LISTED).map(({ seq }) => this.hooks.rowOf(seq) ?? seq);
    return numbers.join(', ') + (messages.length > MAX_LISTED ? ', …' : '');
  }

  #settle(seqs: readonly number[], what: string, act: (entry: Entry) => void): void {
    const entries = seqs.map((seq) => this.#entryOf(seq));
    const [first] = entries;
    if (!first) return;
    if (what !== 'dropped' && !first.ways.canPass())
      throw new DuplexError(
        'call.invalid',
        `The ${first.message.direction === 'in' ? 'client' : 'server'} is closing the connection: it is too late to pass the message on.`,
      );
    for (const { message } of entries) this.#entries.delete(message.seq);
    // The note comes before the message: an altered row follows the note that names the row it replaces.
    this.hooks.note(this.#noteOf(entries, first, what));
    for (const entry of entries) act(entry);
    this.hooks.onChange();
  }

  #noteOf(entries: readonly Entry[], { message, since }: Entry, what: string): Omit<NoteDetail, 'note'> {
    const row = this.hooks.rowOf(message.seq);
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    if (entries.length > 1)
      return {
        text: `${entries.length} held messages were ${what}: ${this.#listed(entries.map(({ message }) => message))}.`,
      };
    return {
      text: `Message ${row ?? message.seq} was ${what} after ${seconds} s: ${faultText(message.fault)}.`,
      ...(what.startsWith('edited') && row !== undefined && { row }),
    };
  }

  #entryOf(seq: number): Entry {
    const entry = this.#entries.get(seq);
    if (entry) return entry;
    throw notHeld(seq);
  }
}

function notHeld(number: number): DuplexError {
  return new DuplexError(
    'call.invalid',
    `Message ${number} is not held any more: it was released or dropped, or the connection has ended.`,
  );
}
