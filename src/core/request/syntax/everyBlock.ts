import { compare } from './range.ts';
import type { Request, RequestFile, StepSeparator } from './tree.ts';

/** The list of a file that contains a block: the requests, the servers or the proxies. */
export function listOf({
  role,
  listen,
}: Pick<Request, 'role' | 'listen'>): 'requests' | 'servers' | 'proxies' {
  if (listen) return 'proxies';
  return role === 'server' ? 'servers' : 'requests';
}

/** Requests, servers and proxies, in the order of the file. */
export function everyBlock({
  requests,
  servers,
  proxies,
}: Pick<RequestFile, 'requests' | 'servers' | 'proxies'>): readonly Request[] {
  if (servers.length + proxies.length === 0) return requests;
  return [...requests, ...servers, ...proxies].sort((a, b) => compare(a.range.start, b.range.start));
}

/** The word of a separator: how its step starts, other than by sending. */
export function separatorWord({ wait, rule }: StepSeparator): string | undefined {
  return (wait ?? rule)?.text;
}

/** Whether the step has a message when it runs: it has waited for one, or is triggered by one. */
export function takesMessage(separator: StepSeparator | undefined): boolean {
  return (separator?.wait ?? separator?.rule) !== undefined;
}
