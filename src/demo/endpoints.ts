import { binary, echo } from './echo.ts';
import { burst } from './burst.ts';
import { channels } from './channels.ts';
import { close, refuse } from './endings.ts';
import type { Endpoint } from './endpoint.ts';
import { ticker } from './ticker.ts';

const ENDPOINTS: readonly Endpoint[] = [echo, ticker, channels, binary, burst, close, refuse];

export function endpointAt(path: string): Endpoint | undefined {
  return ENDPOINTS.find((endpoint) => endpoint.paths.includes(path));
}

/** All endpoints, one line each. */
export function endpointList(origin: string): string {
  const width = Math.max(...ENDPOINTS.map((endpoint) => endpoint.usage.length));
  return ENDPOINTS.map(
    (endpoint) => `  ${origin}${endpoint.usage.padEnd(width)}  ${endpoint.summary}\n`,
  ).join('');
}
