import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How much room a part has across. */
export type Width = 'wide' | 'medium' | 'narrow';

/** From these widths in pixels down. */
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
    const width = widthOf(this.#element.clientWidth);
    if (width === this.width) return;
    this.width = width;
    this.#element.requestUpdate();
  });

  constructor(element: ReactiveControllerHost & Element) {
    this.#element = element;
    element.addController(this);
  }

  hostConnected(): void {
    this.width = widthOf(this.#element.clientWidth);
    this.#observer.observe(this.#element);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }
}
