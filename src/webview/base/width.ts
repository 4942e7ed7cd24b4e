import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The available width of a part. */
export type Width = 'wide' | 'medium' | 'narrow';

/** Maximum widths in pixels. */
const MEDIUM = 700;
const NARROW = 400;

export function widthOf(pixels: number): Width {
  if (pixels <= NARROW) return 'narrow';
  return pixels <= MEDIUM ? 'medium' : 'wide';
}

/** Renders its element again when the element becomes wide, medium or narrow. */
export class WidthController implements ReactiveController {
  width: Width = 'wide';
  readonly #element: ReactiveControllerHost & Element;
  readonly #observer = new ResizeObserver(() => {
    const before = this.width;
    this.#measure();
    if (this.width !== before) this.#element.requestUpdate();
  });

  constructor(element: ReactiveControllerHost & Element) {
    this.#element = element;
    element.addController(this);
  }

  hostConnected(): void {
    this.#measure();
    this.#observer.observe(this.#element);
  }

  /** An element without layout has no width yet. */
  #measure(): void {
    const { clientWidth } = this.#element;
    if (clientWidth > 0) this.width = widthOf(clientWidth);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }
}
