import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { excerpt } from '../../core/text/excerpt.ts';
import { nearest } from '../../core/text/nearest.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { ReadRequestFile } from './readRequestFiles.ts';

/**
 * Selects the requests to run of each file: all, or those with the given names.
 * @throws DuplexError `call.invalid` if no request has a given name
 */
export function chosenRequests(
  files: readonly ReadRequestFile[],
  names: readonly string[],
): ReadonlyMap<ReadRequestFile, readonly PlacedRequest[]> {
  const all = files.flatMap(({ file }) => file.requests.flatMap(({ name }) => name?.text ?? []));
  for (const name of names) {
    if (all.includes(name)) continue;
    const meant = nearest(name, all);
    const remedy =
      meant === undefined ? 'give the name after ### or @name.' : `did you mean ${excerpt(meant)}?`;
    throw new DuplexError('call.invalid', `No request is named ${excerpt(name)}: ${remedy}`);
  }
  return new Map(
    files.map((read) => [
      read,
      read.file.requests
        .filter(({ name }) => names.length === 0 || (name && names.includes(name.text)))
        .map((request) => ({ uri: read.path, file: read.file, request })),
    ]),
  );
}
