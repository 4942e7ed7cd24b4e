import type { FrameObserver } from '../../net/frames/frameTap.ts';
import type { Kind } from '../../shared/timeline.ts';
import type { FrameMatcher } from '../frameMatcher.ts';
import type { SessionTap } from '../timeline.ts';

/** The kinds of rows that a proxy passes on. */
const PASSED: ReadonlySet<Kind> = new Set(['text', 'binary', 'ping', 'pong']);

/**
 * Joins the frames between a proxy and its client with the rows of the session. The session's own frames are
 * those between the proxy and the target. A row from the client gets the frames that the client sent; a row
 * from the target gets the frames that the proxy sent to the client.
 */
export class ClientFrames {
  /** The kind of the message that the client has sent and whose row is not added yet. */
  #arriving: Kind | undefined;

  /** @param rowOf returns the number of a shown row in the recording; undefined if it is not recorded */
  constructor(
    private readonly matcher: FrameMatcher,
    private readonly rowOf: (seq: number) => number | undefined,
  ) {}

  get observer(): FrameObserver {
    return this.matcher;
  }

  /** A message or control frame of the client arrived: it belongs to the next row of its kind and direction. */
  arrives(kind: Kind): void {
    this.#arriving = kind;
  }

  /** A row was added to the session. */
  onRow({ seq, kind, direction }: Parameters<SessionTap['onRow']>[0]): void {
    if (direction === 'out') {
      if (kind !== this.#arriving) return;
      this.#arriving = undefined;
      this.matcher.onRow(this.rowOf(seq), kind, 'in');
    } else if (direction === 'in' && PASSED.has(kind)) {
      const row = this.rowOf(seq);
      if (row !== undefined) this.matcher.reserve(row);
    }
  }

  /** The message of a row from the target is passed on now. */
  leaves(seq: number | undefined, kind: Kind): void {
    if (seq !== undefined) this.matcher.settle(this.rowOf(seq), kind, true);
  }

  /** The message of a row from the target is never passed on. */
  stays(seq: number | undefined, kind: Kind): void {
    if (seq !== undefined) this.matcher.settle(this.rowOf(seq), kind, false);
  }

  /** The client's side has ended. @param seq the row of the end, which gets the close frames */
  end(seq: number): void {
    this.matcher.onRow(this.rowOf(seq), 'close', 'in');
  }
}
