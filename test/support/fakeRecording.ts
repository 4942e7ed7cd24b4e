import type { FollowedConnection } from '../../src/engine/followingPeer.ts';
import type { RecordedMessage } from '../../src/shared/recordProtocol.ts';

/** The messages of a session in memory, one a row, read in pages as from a recording. */
export class FakeRecording implements Pick<FollowedConnection, 'rows' | 'read'> {
  readonly messages: RecordedMessage[] = [];
  /** The pages that were read. */
  readonly reads: { readonly from: number; readonly sentOnly: boolean }[] = [];
  pageRows = 2;
  /** Set to let the next read fail. */
  failure: Error | undefined;

  sent(...texts: string[]): this {
    return this.#add('out', texts);
  }

  received(...texts: string[]): this {
    return this.#add('in', texts);
  }

  rows = async (): Promise<number> => this.messages.length;

  read = async (from: number, sentOnly: boolean) => {
    this.reads.push({ from, sentOnly });
    const { failure } = this;
    this.failure = undefined;
    if (failure) throw failure;
    const next = Math.min(this.messages.length, from + this.pageRows);
    const page = this.messages.slice(from, next);
    return { messages: sentOnly ? page.filter(({ direction }) => direction === 'out') : page, next };
  };

  #add(direction: RecordedMessage['direction'], texts: readonly string[]): this {
    const encoder = new TextEncoder();
    for (const text of texts) this.messages.push({ kind: 'text', direction, data: encoder.encode(text) });
    return this;
  }
}
