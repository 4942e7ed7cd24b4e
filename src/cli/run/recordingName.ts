import { requestName } from '../../core/request/plan/requestName.ts';
import { basename, extname } from 'node:path';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';

const MAX_CHARS = 60;

/**
 * Creates unique folder names from the file and the request, such as `chat-2-log-in`.
 * @param isTaken whether a folder of this name exists from an earlier run
 */
export function recordingName(isTaken: (name: string) => boolean): (placed: PlacedRequest) => string {
  const given = new Set<string>();
  return ({ uri, request }) => {
    const file = basename(uri, extname(uri));
    const base = plain(`${file}-${request.index + 1}-${request.name ? requestName(request) : ''}`);
    let name = base;
    for (let count = 2; given.has(name) || isTaken(name); count++) name = `${base}-${count}`;
    given.add(name);
    return name;
  };
}

/** Letters, digits and hyphens only: a request's name may look like a path or a device. */
function plain(text: string): string {
  const words = text.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-');
  return words.slice(0, MAX_CHARS).replace(/^-+|-+$/g, '') || 'request';
}
