import { listOf } from './everyBlock.ts';
import type { Request, RequestFile } from './tree.ts';

/** Counts of names by list. Trees do not change, and a file may hold thousands of requests. */
const namesOf = new WeakMap<readonly Request[], Map<string, number>>();

/**
 * Identifies a request among the requests of its file, a server among the servers, a proxy among the proxies: its name
 * if no other one has it, or else its index.
 */
export function requestKey(file: RequestFile, request: Request): string | number {
  const { name, index } = request;
  const list = file[listOf(request)];
  let counts = namesOf.get(list);
  if (!counts) {
    counts = new Map();
    for (const each of list) if (each.name) counts.set(each.name.text, (counts.get(each.name.text) ?? 0) + 1);
    namesOf.set(list, counts);
  }
  return name && counts.get(name.text) === 1 ? name.text : index;
}

/**
 * Identifies a request, a server or a proxy among those of all files. It is JSON, because a request named "1" differs
 * from the request with index 1, and a server from the request and the proxy with its index.
 */
export function placedKey({ uri, file, request }: Placed): string {
  return `${uri}\n${JSON.stringify([listOf(request), requestKey(file, request)])}`;
}

interface Placed {
  readonly uri: string;
  readonly file: RequestFile;
  readonly request: Request;
}
