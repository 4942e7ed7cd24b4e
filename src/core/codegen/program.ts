/** A value that a program reads at run time, so that its source contains no secret. */
export interface Variable {
  /** An identifier in every target language, unique within the program. */
  readonly name: string;
  /** The environment variable to read; undefined for a value that a step captures. */
  readonly environment: string | undefined;
}

/** A text of a program: literal pieces and variables, in order. */
export type Words = readonly (string | Variable)[];

/** Names and indexes from the root of a JSON document: a singular JSONPath (RFC 9535, section 2.3.5.1). */
export type SingularPath = readonly (string | number)[];

/** A condition that programs can check: a value of the message equals another value. */
export interface Equality {
  /** `text` is the whole message. */
  readonly subject: 'text' | SingularPath;
  readonly isNegated: boolean;
  /** `text`: a string. `json`: any other JSON value, as JSON text. `spelled`: the JSON text of a variable's value. */
  readonly value: { readonly text: Words } | { readonly json: string } | { readonly spelled: Words };
  /** The condition as the request file writes it, for comments and error messages. */
  readonly written: string;
}

export type ProgramAct =
  | { readonly kind: 'text'; readonly text: Words }
  | { readonly kind: 'binary'; readonly data: Uint8Array }
  | { readonly kind: 'ping'; readonly data: Uint8Array }
  /** Of Socket.IO: `args` is JSON text, a list of arguments or one; empty for none. */
  | { readonly kind: 'emit'; readonly event: Words; readonly args: Words; readonly asksAck: boolean }
  /** Of Socket.IO: `auth` is JSON text; empty for none. */
  | { readonly kind: 'connect'; readonly namespace: string; readonly auth: Words }
  | { readonly kind: 'close'; readonly code: number; readonly reason: Words }
  /** Sends a file as it is; the path is relative to the working directory of the program. */
  | { readonly kind: 'file'; readonly path: string; readonly as: 'text' | 'binary' };

export interface ProgramStep {
  readonly title: string;
  /** Time limit in milliseconds, and the conditions of the message; undefined if the step does not wait. */
  readonly wait: { readonly within: number; readonly conditions: readonly Equality[] } | undefined;
  readonly expects: readonly Equality[];
  readonly captures: readonly { readonly variable: Variable; readonly place: SingularPath | 'text' }[];
  /** Milliseconds. */
  readonly delay: number;
  readonly repeat: { readonly count: number; readonly every: number };
  readonly act: ProgramAct | undefined;
  /** Sentences about parts of the step that the program omits. */
  readonly left: readonly string[];
}

/** A request for a program: variables filled in, secrets removed, checked. */
export interface Program {
  readonly name: string;
  readonly url: Words;
  /** Without Origin, which clients set by a separate option. */
  readonly headers: readonly (readonly [name: string, value: HeaderValue])[];
  readonly origin: Words | undefined;
  readonly subprotocols: readonly Words[];
  /** Accept any certificate. */
  readonly insecure: boolean;
  /** Paths of PEM files; '' and an empty list for none. */
  readonly ca: readonly string[];
  readonly cert: string;
  readonly key: string;
  /** A URL; undefined for none. */
  readonly proxy: Words | undefined;
  /** Milliseconds. */
  readonly handshakeTimeout: number;
  readonly variables: readonly Variable[];
  readonly steps: readonly ProgramStep[];
  /** Sentences about parts of the request that the program omits. */
  readonly left: readonly string[];
}

/** `basic`: the credentials `user:password`, which the program encodes (RFC 7617). */
export type HeaderValue = { readonly text: Words } | { readonly basic: Words };

/** Whether a proxy is a SOCKS server. */
export function isSocks(proxy: Words | undefined): boolean {
  const [scheme] = proxy ?? [];
  return typeof scheme === 'string' && /^socks/i.test(scheme);
}

/** Header names that appear more than once, in lower case. */
export function repeatedNames(headers: readonly (readonly [string, unknown])[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const [name] of headers) {
    const lower = name.toLowerCase();
    (seen.has(lower) ? repeated : seen).add(lower);
  }
  return repeated;
}

/** The variables that a program reads from its environment or captures. */
export function usedVariables({
  url,
  headers,
  origin,
  subprotocols,
  proxy,
  steps,
}: Program): ReadonlySet<Variable> {
  const equalities = steps.flatMap(({ wait, expects }) => [...(wait?.conditions ?? []), ...expects]);
  const texts: readonly Words[] = [
    url,
    ...headers.map(([, value]) => ('basic' in value ? value.basic : value.text)),
    origin ?? [],
    ...subprotocols,
    proxy ?? [],
    ...steps.flatMap(({ act }) => textsOf(act)),
    ...equalities.map(({ value }) =>
      'text' in value ? value.text : 'spelled' in value ? value.spelled : [],
    ),
  ];
  const captured = steps.flatMap(({ captures }) => captures.map(({ variable }) => variable));
  return new Set([...texts.flat().filter((word) => typeof word !== 'string'), ...captured]);
}

function textsOf(act: ProgramAct | undefined): readonly Words[] {
  switch (act?.kind) {
    case 'text':
      return [act.text];
    case 'emit':
      return [act.event, act.args];
    case 'connect':
      return [act.auth];
    case 'close':
      return [act.reason];
    default:
      return [];
  }
}
