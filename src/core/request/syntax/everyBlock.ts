import { compare } from './range.ts';
import type { Request, RequestFile, StepSeparator } from './tree.ts';

/** Requests and servers, in the order of the file. */
export function everyBlock({
  requests,
  servers,
}: Pick<RequestFile, 'requests' | 'servers'>): readonly Request[] {
  if (servers.length === 0) return requests;
  return [...requests, ...servers].sort((a, b) => compare(a.range.start, b.range.start));
}

/** The word of a separator: how its step starts, other than by sending. */
export function separatorWord({ wait, rule }: StepSeparator): string | undefined {
  return (wait ?? rule)?.text;
}

/** Whether the step has a message when it runs: it has waited for one, or is triggered by one. */
export function takesMessage(separator: StepSeparator | undefined): boolean {
  return (separator?.wait ?? separator?.rule) !== undefined;
}
