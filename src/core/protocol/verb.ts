import type { OutgoingMessage } from '../../shared/session.ts';
import type { DecodedUnit } from './unit.ts';

/** A verb: a protocol action that a step of a request file or the composer names. */
export interface VerbSpec {
  /** The name without its @. */
  readonly name: string;
  /** Its arguments on the line, in order. The last one takes the rest of the line. */
  readonly arguments: readonly VerbArgument[];
  /** `key=value` or a lone key after the arguments. */
  readonly options: readonly VerbOption[];
  /** The form of the step's payload. `bytes`: text, or any bytes with `@binary` or a file; `none`: no payload. */
  readonly body: 'json' | 'graphql' | 'text' | 'bytes' | 'none';
  /** The name of the body in messages and forms, such as `params`. */
  readonly bodyName: string;
  readonly bodyOptional: boolean;
  /** The side that can use it. */
  readonly role: 'client' | 'server' | 'both';
  /** It answers the unit that the step took. */
  readonly answers: boolean;
  /** Whether a reply comes that `@reply` can wait for. `asked`: only if another verb beside it requests one. */
  readonly expectsReply: 'always' | 'never' | 'asked';
  /** Verbs that may stand beside it on its step, such as `ack` beside `emit`. */
  readonly besides: readonly string[];
  /** Whether `@header` lines of the step are headers of its message. */
  readonly headers: boolean;
  /** Whether it replaces the automatic opening of the protocol. */
  readonly opens: boolean;
  /** One sentence for hover and the documentation. */
  readonly about: string;
  /** An example for completion and the composer: the rest of the line, and the payload. */
  readonly sample: { readonly line: string; readonly body: string };
}

export interface VerbArgument {
  readonly name: string;
  readonly optional: boolean;
}

export interface VerbOption {
  readonly name: string;
  /** Absent for a lone key, and for a text. */
  readonly values?: readonly string[];
  /** Whether any text follows it. */
  readonly takesText?: true;
}

/** A verb with its arguments. */
export interface VerbCall {
  readonly verb: string;
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** Text of the payload; undefined if there is none or it is bytes. */
  readonly body: string | undefined;
  /** The payload of a verb whose body is `bytes`, if it is not text. */
  readonly bytes?: Uint8Array | undefined;
  /** `@header` lines of the step. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Verbs beside it on the same step, such as `ack` beside `emit`. */
  readonly beside: readonly string[];
  /** The unit that the step took, for verbs that answer. */
  readonly taken: DecodedUnit | undefined;
  /** A server sends it to several clients: a client that has not subscribed to it gets no message. */
  readonly isBroadcast?: boolean;
}

/** The messages to send, or why there are none. */
export type Encoded =
  | {
      readonly messages: readonly OutgoingMessage[];
      /** `replyKey` of the answer (unit.ts); undefined if no answer is expected. */
      readonly awaits: string | undefined;
    }
  | EncodeProblem;

export interface EncodeProblem {
  /** One sentence: what is wrong and what is allowed. */
  readonly problem: string;
}

type VerbDraft = Partial<VerbSpec> & Pick<VerbSpec, 'name' | 'about' | 'sample'>;

/** A client verb without arguments, with the usual defaults. */
export function verb(draft: VerbDraft): VerbSpec {
  return {
    arguments: [],
    options: [],
    body: 'json',
    bodyName: 'payload',
    bodyOptional: true,
    role: 'client',
    answers: false,
    expectsReply: 'never',
    besides: [],
    headers: false,
    opens: false,
    ...draft,
  };
}

export function required(name: string): VerbArgument {
  return { name, optional: false };
}

export function optional(name: string): VerbArgument {
  return { name, optional: true };
}

/** Missing or superfluous parts of a call, checked before the protocol; undefined if it is complete. */
export function callMismatch(spec: VerbSpec, call: VerbCall): EncodeProblem | undefined {
  const { name } = spec;
  const missing = spec.arguments.find(({ optional: may }, index) => !may && !call.arguments[index]);
  if (missing)
    return { problem: `@${name} needs ${withArticle(missing.name)}: @${name} ${spec.sample.line}`.trim() };
  if (call.arguments.length > spec.arguments.length) {
    const most = spec.arguments.length;
    const allowed = most === 0 ? 'nothing' : spec.arguments.map((argument) => argument.name).join(' and ');
    return { problem: `@${name} takes ${allowed}, not “${call.arguments.slice(most).join(' ')}”.` };
  }
  for (const [key, value] of Object.entries(call.options)) {
    const option = spec.options.find((each) => each.name === key);
    if (!option) return { problem: `@${name} has no option ${key}.` };
    if (option.values && !option.values.includes(value)) {
      return { problem: `${key} of @${name} is ${option.values.join(', ')}, not “${value}”.` };
    }
  }
  const hasBody = call.body !== undefined || call.bytes !== undefined;
  if (spec.body === 'none' && hasBody) return { problem: `@${name} has no payload: remove it.` };
  if (call.bytes !== undefined && spec.body !== 'bytes')
    return { problem: `The payload of @${name} is text, not bytes.` };
  if (!spec.bodyOptional && !hasBody) {
    return { problem: `@${name} needs ${withArticle(spec.bodyName)} as its payload.` };
  }
  if (spec.answers && !call.taken && !call.arguments[0]) {
    return { problem: `@${name} answers the unit that its step took: wait for one first.` };
  }
  return undefined;
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** One sentence about an opening that the server refused. @param said the reason that the server gave, if any */
export function refusalSentence(what: string, said: string | undefined): string {
  const reason = said?.replace(/[.\s]+$/, '');
  return `The server refused ${what}: ${reason === undefined || reason === '' ? 'it gave no reason' : reason}.`;
}
