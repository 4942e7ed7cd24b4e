import { writtenText, requestName, requestUrl } from '../../core/request/plan/requestName.ts';
import type { Range } from '../../core/request/syntax/range.ts';
import type { Directive, RequestFile } from '../../core/request/syntax/tree.ts';
import { requestKey } from '../../core/request/syntax/requestKey.ts';
import { maskUrlsIn } from '../../core/session/secrets/mask.ts';

/** A request as the Requests view lists it. */
export interface ListedRequest {
  /** The key by which commands find it. */
  readonly which: string | number;
  readonly name: string | undefined;
  /** The URL as written, without credentials. */
  readonly url: string;
  /** Why it cannot be run. */
  readonly error: string | undefined;
  /** The target line. */
  readonly range: Range;
  /** Its expectations in file order. */
  readonly checks: readonly ListedCheck[];
}

/** A `SERVE` or `PROXY` block as the Requests view lists it. */
export interface ListedServer extends Pick<ListedRequest, 'name' | 'url' | 'error' | 'range'> {
  readonly isProxy: boolean;
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
      which: requestKey(file, request),
      name: name && requestName(request),
      url: requestUrl(target.url),
      error: error && `${error.range.start.line + 1}: ${error.message}`,
      range: target.range,
      checks: [request, ...request.steps].flatMap(({ directives }) => checksOf(directives)),
    };
  });
}

/** The servers and proxies of a file in file order. */
export function listedServers({ servers, proxies }: RequestFile): ListedServer[] {
  const listed = [...servers, ...proxies].map((request) => ({
    name: request.name && requestName(request),
    url: requestUrl(request.listen ?? request.target.url),
    error: request.error && `${request.error.range.start.line + 1}: ${request.error.message}`,
    range: request.target.range,
    isProxy: request.listen !== undefined,
  }));
  return listed.sort((one, other) => one.range.start.line - other.range.start.line);
}

function checksOf(directives: readonly Directive[]): ListedCheck[] {
  return directives.flatMap(({ name, argument, range }) =>
    name.text === 'expect' && argument ? { text: maskUrlsIn(writtenText(argument)), range } : [],
  );
}
