import type { Rates } from '../../shared/timelineProtocol.ts';

/** What a key does in the chart: moves the cursor to a time in microseconds, or goes where it stands. */
export type ChartKey = { readonly cursor: number } | { readonly jump: true };

/** Buckets that a page key moves by. */
const PAGE = 20;

/** @returns undefined for keys that the chart has no use for */
export function chartKey(key: string, cursor: number, { start, width, end }: Rates): ChartKey | undefined {
  const move = (buckets: number): ChartKey => ({
    cursor: Math.min(Math.max(start, cursor + buckets * width), end),
  });
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return move(1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return move(-1);
    case 'PageUp':
      return move(PAGE);
    case 'PageDown':
      return move(-PAGE);
    case 'Home':
      return { cursor: start };
    case 'End':
      return { cursor: end };
    case 'Enter':
    case ' ':
      return { jump: true };
    default:
      return undefined;
  }
}
