import type { ReactiveControllerHost } from 'lit';
import type { ColumnValue } from '../../shared/timelineProtocol.ts';
import { coalesce } from '../base/queue.ts';
import { WidthController } from '../base/width.ts';
import type { Width } from '../base/width.ts';
import type { ListScroller } from '../list/listScroller.ts';
import type { TimeMode } from '../rows/timeColumn.ts';
import { createColumnCache } from './columnCache.ts';
import type { PullColumns } from './columnCache.ts';
import { columnTemplate, visibleColumns } from './columns.ts';
import type { Column } from './columns.ts';
import { seqAt } from '../rows/rowSource.ts';
import type { ShownRows } from '../rows/rowSource.ts';

/** Maximum widths of the timeline in pixels at which columns are left out. */
const LIMITS = { medium: 640, narrow: 360 };
/** Up to the first width, not all of the user's columns fit. */
const ROOMY = { medium: 900, narrow: 360 };

/** The part of the timeline that its columns need. */
export interface ColumnsHost extends ReactiveControllerHost, HTMLElement {
  readonly pullColumns: PullColumns;
  readonly shown: ShownRows;
  readonly scroller: Pick<ListScroller, 'range'>;
  fail(error: unknown): void;
}

/** The columns that fit, and the values of the user's columns in the rows in view. */
export class TimelineColumns {
  visible: readonly Column[] = [];
  readonly #host: ColumnsHost;
  readonly #room: WidthController;
  readonly #roominess: WidthController;
  readonly #cache = createColumnCache((rows, paths) => this.#host.pullColumns(rows, paths));
  /** The visible ones of the user's columns. */
  #paths: readonly string[] = [];

  /** Loads the values of the rows in view. */
  readonly load = coalesce(
    async () => {
      const { shown, scroller } = this.#host;
      const { first, end } = scroller.range(shown.end);
      const rows = Array.from({ length: end - first }, (_, index) => seqAt(shown, first + index));
      await this.#cache.load(
        this.#paths,
        rows.filter((seq) => seq !== undefined),
      );
      this.#host.requestUpdate();
    },
    (error) => this.#host.fail(error),
  );

  constructor(host: ColumnsHost) {
    this.#host = host;
    this.#room = new WidthController(host, LIMITS);
    this.#roominess = new WidthController(host, ROOMY);
  }

  get width(): Width {
    return this.#room.width;
  }

  valuesOf(seq: number): readonly ColumnValue[] | undefined {
    return this.#cache.get(seq);
  }

  /**
   * Decides which columns are visible.
   * @param paths the paths of all of the user's columns
   */
  update(mode: TimeMode, paths: readonly string[]): void {
    const { width } = this;
    this.visible = visibleColumns({ width, isRoomy: this.#roominess.width === 'wide', mode, paths });
    this.#host.setAttribute('room', width);
    this.#host.style.setProperty('--columns', columnTemplate(this.visible, width));
    const shown = this.visible.flatMap((column) => (column.name === 'value' ? [column.path] : []));
    if (shown.join('\n') === this.#paths.join('\n')) return;
    this.#paths = shown;
    this.load();
  }
}
