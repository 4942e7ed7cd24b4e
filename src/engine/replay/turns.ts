import { KiB } from '../../shared/limits.ts';

/** Payloads are packed into buffers of this size; larger ones have a buffer of their own. */
const CHUNK_BYTES = 256 * KiB;

/** An event of a recorded connection from the point of view of one side. */
export type Turn = {
  /** Number of its row. */
  readonly row: number;
  /** Milliseconds since the turn before. */
  readonly after: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
} & (
  | { readonly does: 'expect'; readonly kind: 'text' | 'binary'; readonly data: Uint8Array }
  | { readonly does: 'send'; readonly kind: 'text' | 'binary'; readonly data: Uint8Array }
  | { readonly does: 'ping'; readonly data: Uint8Array }
  /** This side closes, or the other one does. */
  | { readonly does: 'close' | 'end'; readonly code: number; readonly reason: string }
);

/** What the numbers of the column `form` stand for. The others are turns that were dropped. */
const FORMS = [
  { does: 'expect', kind: 'text' },
  { does: 'expect', kind: 'binary' },
  { does: 'send', kind: 'text' },
  { does: 'send', kind: 'binary' },
  { does: 'ping' },
] as const;
const DROPPED = -1;

type EndTurn = Extract<Turn, { readonly code: number }>;
type DataTurn = Exclude<Turn, EndTurn>;

/**
 * A list of turns. Their payloads and numbers are packed, because a recording may hold millions of small messages: a
 * turn takes 56 bytes beside its payload. The objects are made when they are asked for.
 */
export class Turns implements Iterable<Turn> {
  readonly #chunks: Uint8Array[] = [];
  #used = CHUNK_BYTES;
  #columns = noColumns();
  #end: EndTurn | undefined;

  get length(): number {
    return this.#columns.form.length + (this.#end ? 1 : 0);
  }

  /** @returns undefined beyond the end */
  get(index: number): Turn | undefined {
    const { form, row, after, at, chunk, start, end } = this.#columns;
    if (index === form.length) return this.#end;
    const what = FORMS[form[index] ?? DROPPED];
    if (!what) return undefined;
    const data = this.#chunks[chunk[index]!]!.subarray(start[index], end[index]);
    return { row: row[index]!, after: after[index]!, at: at[index]!, ...what, data };
  }

  /** The turns from one number to before another. */
  range(from: number, to: number): Turn[] {
    const found: Turn[] = [];
    for (let index = from; index < Math.min(to, this.length); index++) found.push(this.get(index)!);
    return found;
  }

  *[Symbol.iterator](): Iterator<Turn> {
    for (let index = 0; index < this.length; index++) yield this.get(index)!;
  }

  /** Appends a turn, whose payload is copied. @returns its number */
  add(turn: DataTurn): number {
    const columns = this.#columns;
    const start = this.#place(turn.data);
    columns.form.push(formOf(turn));
    columns.row.push(turn.row);
    columns.after.push(turn.after);
    columns.at.push(turn.at);
    columns.chunk.push(this.#chunks.length - 1);
    columns.start.push(start);
    columns.end.push(start + turn.data.length);
    return columns.form.length - 1;
  }

  /** @returns -1 if no turn is that of the row */
  indexOfRow(row: number): number {
    return this.#columns.row.lastIndexOf(row);
  }

  /** Gives a turn another message. */
  replace(index: number, kind: 'text' | 'binary', data: Uint8Array): void {
    const turn = this.get(index);
    if (turn?.does !== 'expect' && turn?.does !== 'send') return;
    const columns = this.#columns;
    const start = this.#place(data);
    columns.form[index] = formOf({ ...turn, kind });
    columns.chunk[index] = this.#chunks.length - 1;
    columns.start[index] = start;
    columns.end[index] = start + data.length;
  }

  /** Appends the last turn. */
  finish(turn: EndTurn): void {
    this.#end = turn;
  }

  /** Takes a turn out, as soon as `compact` is called. */
  drop(index: number): void {
    this.#columns.form[index] = DROPPED;
  }

  compact(): void {
    const { form } = this.#columns;
    if (!form.includes(DROPPED)) return;
    const kept = noColumns();
    for (const name of Object.keys(kept) as (keyof typeof kept)[])
      kept[name] = this.#columns[name].filter((_, index) => form[index] !== DROPPED);
    this.#columns = kept;
  }

  /** Copies a payload into the last chunk. @returns where it begins there */
  #place(data: Uint8Array): number {
    if (data.length === 0 && this.#chunks.length > 0) return 0;
    if (data.length > CHUNK_BYTES / 4) {
      this.#chunks.push(data.slice());
      // The chunk is full.
      this.#used = CHUNK_BYTES;
      return 0;
    }
    if (this.#chunks.length === 0 || this.#used + data.length > CHUNK_BYTES) {
      this.#chunks.push(new Uint8Array(CHUNK_BYTES));
      this.#used = 0;
    }
    const start = this.#used;
    this.#chunks.at(-1)!.set(data, start);
    this.#used += data.length;
    return start;
  }
}

function formOf(turn: DataTurn): number {
  const kind = 'kind' in turn ? turn.kind : undefined;
  return FORMS.findIndex(
    (form) => form.does === turn.does && ('kind' in form ? form.kind : undefined) === kind,
  );
}

function noColumns(): Record<'form' | 'row' | 'after' | 'at' | 'chunk' | 'start' | 'end', number[]> {
  return { form: [], row: [], after: [], at: [], chunk: [], start: [], end: [] };
}
