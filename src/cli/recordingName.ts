import { basename, extname } from 'node:path';
import type { PlacedRequest } from '../core/request/run/runPorts.ts';
import { requestName } from './skippedRequest.ts';

const MAX_CHARS = 60;

/** Names folders after the file and the request, as in `chat-2-log-in`; none twice. */
export function recordingName(): (placed: PlacedRequest) => string {
  const taken = new Map<string, number>();
  return ({ uri, request }) => {
    const file = basename(uri, extname(uri));
    const name = plain(`${file}-${request.index + 1}-${request.name ? requestName(request) : ''}`);
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return times === 1 ? name : `${name}-${times}`;
  };
}

/** Letters, digits and hyphens only: a request may be named like a path, or like a device. */
function plain(text: string): string {
  const words = text.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-');
  return words.slice(0, MAX_CHARS).replace(/^-+|-+$/g, '') || 'request';
}
