import { binary } from './binary.ts';
import { burst } from './burst.ts';
import { channels } from './channels.ts';
import { close } from './close.ts';
import { echo } from './echo.ts';
import type { Place } from './place.ts';
import { refuse } from './refuse.ts';
import { ticker } from './ticker.ts';

const PLACES: readonly Place[] = [echo, ticker, channels, binary, burst, close, refuse];

export function placeAt(path: string): Place | undefined {
  return PLACES.find((place) => place.paths.includes(path));
}

/** What the server answers, one line a path. */
export function placeList(origin: string): string {
  const width = Math.max(...PLACES.map((place) => place.usage.length));
  return PLACES.map((place) => `  ${origin}${place.usage.padEnd(width)}  ${place.summary}\n`).join('');
}
