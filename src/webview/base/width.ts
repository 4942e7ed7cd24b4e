import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The available width of a part. */
export type Width = 'wide' | 'medium' | 'narrow';

export interface WidthLimits {
  /** Maximum widths in pixels. */
  readonly medium: number;
  readonly narrow: number;
}

const LIMITS: WidthLimits = { medium: 700, narrow: 400 };

export function widthOf(pixels: number, { medium, narrow }: WidthLimits = LIMITS): Width {
  if (pixels <= narrow) return 'narrow';
  return pixels <= medium ? 'medium' : 'wide';
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

  constructor(
    element: ReactiveControllerHost & Element,
    private readonly limits?: WidthLimits,
  ) {
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
    if (clientWidth > 0) this.width = widthOf(clientWidth, this.limits);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }
}
