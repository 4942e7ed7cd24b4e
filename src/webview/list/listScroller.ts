import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { offsetToCenter, offsetToReveal, createScrollMap, visibleRows } from './scrollMap.ts';
import type { ScrollMap } from './scrollMap.ts';

export interface ListScrollerOptions {
  readonly rowHeight: () => number;
  readonly rows: () => number;
  /** Whether the end stays in view as rows are added. */
  readonly sticksToEnd: () => boolean;
  /** Called when the user scrolls, with whether the end is in view. */
  readonly onScroll: (atEnd: boolean) => void;
  /** Called when other rows may have come into view. */
  readonly onResize: () => void;
}

/**
 * Keeps a list's offset and its scrollbar in step, for a list of any height. The host renders `range()` in an element
 * that `attach` gets as its ref, with the classes of `listStyles`.
 */
export class ListScroller implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: ListScrollerOptions;
  readonly #observer = new ResizeObserver(() => {
    this.#stay();
    this.#host.requestUpdate();
    this.#options.onResize();
  });
  #element: HTMLElement | undefined;
  #offset = 0;
  /** The last known position of the element on screen. */
  #box: { readonly top: number; readonly bottom: number } | undefined;
  /** The last known scrollTop; if the element's differs, the user has scrolled. */
  #scrollTop = 0;

  constructor(host: ReactiveControllerHost, options: ListScrollerOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** The callback for Lit's `ref` directive. */
  readonly attach = (element?: Element): void => {
    if (element === this.#element) return;
    this.#observer.disconnect();
    this.#element = element as HTMLElement | undefined;
    this.#scrollTop = 0;
    this.#box = undefined;
    if (!this.#element) return;
    this.#observer.observe(this.#element);
    this.#element.addEventListener('scroll', () => this.#read());
    this.#element.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
  };

  get offset(): number {
    return this.#offset;
  }

  set offset(offset: number) {
    this.#offset = offset;
    this.#host.requestUpdate();
  }

  /** Number of rows that fit completely into the viewport; at least one. */
  get rowsPerPage(): number {
    return Math.max(1, Math.floor(this.#viewport / this.#options.rowHeight()));
  }

  /** The visible rows, `end` excluded, for a list of `rows` rows at `offset`. */
  range(rows = this.#options.rows(), offset = this.#offset): { first: number; end: number } {
    const { maxOffset } = this.#map(rows);
    const at = this.#options.sticksToEnd() ? maxOffset : Math.min(offset, maxOffset);
    return visibleRows(rows, this.#options.rowHeight(), this.#viewport, at);
  }

  reveal(row: number): void {
    this.offset = offsetToReveal(row, this.#options.rowHeight(), this.#viewport, this.#offset);
  }

  /** Brings a row into view; a row out of view is centred. */
  center(row: number): void {
    this.offset = offsetToCenter(row, this.#options.rowHeight(), this.#viewport, this.#offset);
  }

  /** Scrolls by arrow and page keys, Home and End. @returns whether the key was handled */
  scrollByKey(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
    const row = this.#options.rowHeight();
    const page = this.rowsPerPage * row;
    const target = {
      ArrowDown: this.#offset + row,
      ArrowUp: this.#offset - row,
      PageDown: this.#offset + page,
      PageUp: this.#offset - page,
      Home: 0,
      End: Infinity,
    }[event.key];
    if (target === undefined) return false;
    event.preventDefault();
    this.offset = Math.max(0, target);
    return true;
  }

  hostUpdate(): void {
    this.#read();
    const { maxOffset } = this.#map();
    this.#offset = this.#options.sticksToEnd() ? maxOffset : Math.min(this.#offset, maxOffset);
  }

  hostUpdated(): void {
    const element = this.#element;
    if (!element) return;
    const map = this.#map();
    const { first } = this.range();
    element.style.setProperty('--spacer', `${Math.max(0, map.scrollHeight - this.#viewport)}px`);
    element.style.setProperty('--shift', `${first * this.#options.rowHeight() - this.#offset}px`);
    const scrollTop = map.toScrollTop(this.#offset);
    if (Math.abs(element.scrollTop - scrollTop) >= 1) element.scrollTop = scrollTop;
    this.#scrollTop = element.scrollTop;
  }

  hostDisconnected(): void {
    this.attach(undefined);
  }

  get #viewport(): number {
    return this.#element?.clientHeight ?? 0;
  }

  #map(rows = this.#options.rows()): ScrollMap {
    return createScrollMap(rows, this.#options.rowHeight(), this.#viewport);
  }

  /** Keeps the rows at their place on screen when something appears or disappears above the list. */
  #stay(): void {
    if (!this.#element) return;
    const { top, bottom } = this.#element.getBoundingClientRect();
    const before = this.#box;
    this.#box = { top, bottom };
    if (before?.bottom === bottom && !this.#options.sticksToEnd())
      this.#offset = Math.max(0, this.#offset + top - before.top);
  }

  #read(): void {
    const element = this.#element;
    if (!element || Math.abs(element.scrollTop - this.#scrollTop) < 1) return;
    this.#scrollTop = element.scrollTop;
    this.#scrolled(this.#map().toOffset(element.scrollTop));
  }

  #onWheel(event: WheelEvent): void {
    const map = this.#map();
    if (!map.isScaled || event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? this.#options.rowHeight() : 1;
    this.#scrolled(Math.min(Math.max(0, this.#offset + event.deltaY * unit), map.maxOffset));
  }

  #scrolled(offset: number): void {
    this.#offset = offset;
    this.#options.onScroll(offset >= this.#map().maxOffset - 1);
    this.#host.requestUpdate();
  }
}
