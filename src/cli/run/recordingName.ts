import { requestName } from '../../core/request/plan/requestName.ts';
import { basename, extname } from 'node:path';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';

const MAX_CHARS = 60;

/**
 * Names folders after the file and the request, as in `chat-2-log-in`; none twice.
 * @param isTaken whether there is a folder of this name already, of an earlier run
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

/** Letters, digits and hyphens only: a request may be named like a path, or like a device. */
function plain(text: string): string {
  const words = text.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-');
  return words.slice(0, MAX_CHARS).replace(/^-+|-+$/g, '') || 'request';
}
