import type { Request, RequestFile } from './tree.ts';

/** Keys by file. Trees do not change, and a file may hold thousands of requests. */
const namesOf = new WeakMap<RequestFile, Map<string, number>>();

/** Identifies a request in its file: its name if no other request there has it, or else its index. */
export function requestKey(file: RequestFile, { name, index }: Request): string | number {
  let counts = namesOf.get(file);
  if (!counts) {
    counts = new Map();
    for (const request of file.requests)
      if (request.name) counts.set(request.name.text, (counts.get(request.name.text) ?? 0) + 1);
    namesOf.set(file, counts);
  }
  return name && counts.get(name.text) === 1 ? name.text : index;
}
