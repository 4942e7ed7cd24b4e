import type { Range } from '../../core/request/range.ts';
import type { Directive, RequestFile } from '../../core/request/tree.ts';
import { writtenText } from '../../core/request/service/writtenText.ts';
import { whichRequest } from '../../core/request/whichRequest.ts';
import { redactUrl } from '../../core/session/redact.ts';

/** A request as the Requests view lists it. */
export interface ListedRequest {
  /** What commands find it by. */
  readonly which: string | number;
  readonly name: string | undefined;
  /** As it is written, without credentials. */
  readonly url: string;
  /** Why it cannot be run. */
  readonly error: string | undefined;
  /** The target line. */
  readonly range: Range;
  /** What it expects, in the order of the file. */
  readonly checks: readonly ListedCheck[];
}

/** An `@expect`. */
export interface ListedCheck {
  readonly text: string;
  readonly range: Range;
}

export function listedRequests(file: RequestFile): ListedRequest[] {
  return file.requests.map((request) => {
    const { name, target, error } = request;
    return {
      which: whichRequest(file, request),
      name: name?.text,
      url: redactUrl(writtenText(target.url)),
      error: error && `${error.range.start.line + 1}: ${error.message}`,
      range: target.range,
      checks: [request, ...request.steps].flatMap(({ directives }) => checksOf(directives)),
    };
  });
}

function checksOf(directives: readonly Directive[]): ListedCheck[] {
  return directives.flatMap(({ name, argument, range }) =>
    name.text === 'expect' && argument ? { text: writtenText(argument), range } : [],
  );
}
