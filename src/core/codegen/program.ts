/** A value that a program reads itself: nobody finds a secret in the text of a program. */
export interface Variable {
  /** An identifier in every target language, unique within the program. */
  readonly name: string;
  /** The environment variable that the program reads; undefined for a value that a step captures. */
  readonly environment: string | undefined;
}

/** A text of a program: literal pieces and variables, in order. */
export type Words = readonly (string | Variable)[];

/** Names and indexes from the root of a JSON document: a singular JSONPath (RFC 9535, section 2.3.5.1). */
export type JsonPlace = readonly (string | number)[];

/** A condition that programs can check: a value of the message equals another one. */
export interface Equality {
  /** `text` is the whole message. */
  readonly subject: 'text' | JsonPlace;
  readonly isNegated: boolean;
  /** `text`: a string. `json`: any other JSON value, as JSON text. `spelled`: the JSON text of a variable's value. */
  readonly value: { readonly text: Words } | { readonly json: string } | { readonly spelled: Words };
  /** As the request file writes it, for comments and error messages. */
  readonly written: string;
}

export type ProgramAct =
  | { readonly kind: 'text'; readonly text: Words }
  | { readonly kind: 'binary'; readonly data: Uint8Array }
  | { readonly kind: 'ping'; readonly data: Uint8Array }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** Sends a file as it is; the path is relative to the working directory of the program. */
  | { readonly kind: 'file'; readonly path: string; readonly as: 'text' | 'binary' };

export interface ProgramStep {
  readonly title: string;
  /** Milliseconds, and what a message must satisfy; undefined: the step waits for none. */
  readonly wait: { readonly within: number; readonly conditions: readonly Equality[] } | undefined;
  readonly expects: readonly Equality[];
  readonly captures: readonly { readonly variable: Variable; readonly place: JsonPlace | 'text' }[];
  /** Milliseconds. */
  readonly delay: number;
  readonly repeat: { readonly count: number; readonly every: number };
  readonly act: ProgramAct | undefined;
  /** Sentences about what the step does and a program does not. */
  readonly left: readonly string[];
}

/** A request as a program sees it: variables filled in, secrets taken out, checked. */
export interface Program {
  readonly name: string;
  readonly url: Words;
  /** Without Origin, which clients set by an option of their own. */
  readonly headers: readonly (readonly [name: string, value: HeaderValue])[];
  readonly origin: Words | undefined;
  readonly subprotocols: readonly Words[];
  /** Accept any certificate. */
  readonly insecure: boolean;
  /** Paths of PEM files; '' and empty for none. */
  readonly ca: readonly string[];
  readonly cert: string;
  readonly key: string;
  /** A URL; undefined for none. */
  readonly proxy: Words | undefined;
  /** Milliseconds. */
  readonly handshakeTimeout: number;
  readonly variables: readonly Variable[];
  readonly steps: readonly ProgramStep[];
  /** Sentences about what the request asks for and a program does not do. */
  readonly left: readonly string[];
}

/** `basic`: the credentials `user:password`, which the program encodes (RFC 7617). */
export type HeaderValue = { readonly text: Words } | { readonly basic: Words };

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

/** The variables that a program reads or captures. */
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
    ...steps.flatMap(({ act }) => (act?.kind === 'text' ? [act.text] : [])),
    ...equalities.map(({ value }) =>
      'text' in value ? value.text : 'spelled' in value ? value.spelled : [],
    ),
  ];
  const captured = steps.flatMap(({ captures }) => captures.map(({ variable }) => variable));
  return new Set([...texts.flat().filter((word) => typeof word !== 'string'), ...captured]);
}
