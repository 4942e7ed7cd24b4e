import type { Role } from '../../protocol/protocolModule.ts';
import type { Capture, Condition } from './conditionTree.ts';
import type { Diagnostic, Problem } from './diagnostic.ts';
import type { Fault } from './faultTree.ts';
import type { Range, Text } from './range.ts';
import type { Template } from './template.ts';

/** `ws` files hold only WebSocket requests; in `http` files (.http, .rest) all others are ignored. */
export type RequestFileKind = 'ws' | 'http';

export interface RequestFile {
  readonly kind: RequestFileKind;
  readonly range: Range;
  /** The blocks between `###` lines, in order. */
  readonly blocks: readonly Block[];
  /** The requests of the blocks that have one. */
  readonly requests: readonly Request[];
  /** The `SERVE` blocks, which answer clients; their form is that of requests. */
  readonly servers: readonly Request[];
  /** The `PROXY` blocks: each is a request to a target, which clients make through it. */
  readonly proxies: readonly Request[];
  /** The defaults for all requests below: the content of a first block without a target. */
  readonly defaults?: Defaults;
  /** All `@name = value` lines, in order. They apply to the whole file. */
  readonly variables: readonly FileVariable[];
  /** Syntax errors; after `analyzeRequestFile` also all other problems. In file order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The defaults that apply to every request that does not override them. */
export interface Defaults {
  readonly directives: readonly Directive[];
}

export interface Block {
  readonly kind: 'block';
  readonly range: Range;
  readonly separator: RequestSeparator | undefined;
  /** The lines above the target, or all lines if there is none. */
  readonly preamble: readonly (Comment | Directive | FileVariable | Script)[];
  /** A request, a server or a proxy. */
  readonly request: Request | undefined;
  /** Whether it holds lines of another language: in .http files a request of another protocol. */
  readonly isForeign?: true;
}

/** A line `### title`. */
export interface RequestSeparator {
  readonly kind: 'requestSeparator';
  readonly range: Range;
  readonly title: Text | undefined;
}

/** A line that starts with `#` or `//`. */
export interface Comment {
  readonly kind: 'comment';
  readonly range: Range;
}

/** `# @name argument` */
export interface Directive {
  readonly kind: 'directive';
  readonly range: Range;
  /** The name without the `@`. */
  readonly name: Text;
  readonly argument: Template | undefined;
  /** For `@where` and `@expect`, if it could be read. */
  readonly condition: Condition | undefined;
  /** For `@capture`, if it could be read. */
  readonly capture: Capture | undefined;
  /** For `@header`, if it could be read. */
  readonly header?: Header;
  /** For `@fault`, if it could be read. */
  readonly fault?: Fault;
  /** The syntax errors of its argument. They count only where the directive has a meaning. */
  readonly problems?: readonly Problem[];
}

/** `@name = value` */
export interface FileVariable {
  readonly kind: 'variable';
  readonly range: Range;
  readonly name: Text;
  readonly value: Template;
}

/** Lines that another client would run. They are neither sent nor run here. */
export interface Script {
  readonly kind: 'script';
  readonly range: Range;
}

export interface Request {
  readonly kind: 'request';
  /** `server` for a `SERVE` block. */
  readonly role: Role;
  /** Only in a `PROXY` block: the URL at which it listens. `target` is what it connects to. */
  readonly listen?: Template;
  /** Its index among the requests, the servers or the proxies of the file. */
  readonly index: number;
  /** The whole block. */
  readonly range: Range;
  /** From `@name`, or else the separator's title. */
  readonly name: Text | undefined;
  /** The directives above the target; in a `PROXY` block also those below it. */
  readonly directives: readonly Directive[];
  readonly target: Target;
  readonly headers: readonly Header[];
  /** Comments and directives among the headers; the directives are misplaced, except in a `PROXY` block. */
  readonly comments: readonly (Comment | Directive)[];
  readonly steps: readonly Step[];
  /** The defaults of its file. */
  readonly defaults?: Defaults;
  /** The first error in it. A request with an error is not run. */
  readonly error: Problem | undefined;
}

export interface Target {
  readonly kind: 'target';
  /** The range includes the continuation lines. */
  readonly range: Range;
  /** `WEBSOCKET`, `WS`, `WSS`, `SERVE` or `PROXY`; undefined for a bare URL. */
  readonly keyword: Text | undefined;
  /** The URL, continuation lines joined to it without a blank. */
  readonly url: Template;
  /** Lines that continue the URL: a path (`/…`) or a query (`?a=b`, `&c=d`). */
  readonly continuation: readonly Text[];
  /** An HTTP version after the URL; ignored. */
  readonly version: Text | undefined;
}

export interface Header {
  readonly kind: 'header';
  readonly range: Range;
  readonly name: Text;
  readonly value: Template;
}

export interface Step {
  readonly kind: 'step';
  /** Its index among the steps of the request. */
  readonly index: number;
  readonly range: Range;
  readonly separator: StepSeparator | undefined;
  readonly directives: readonly Directive[];
  /** Comments, scripts and misplaced directives above and in the payload; none of them is sent. */
  readonly asides: readonly (Comment | Directive | Script)[];
  readonly payload: Payload | undefined;
}

/** A line `===`, with or without a word and a comment after it. */
export interface StepSeparator {
  readonly kind: 'stepSeparator';
  readonly range: Range;
  /** The range of `wait-for-server`, or in a server `wait-for-client`. */
  readonly wait: Text | undefined;
  /** The range of `on-message`: the steps from here to the next one are a rule. */
  readonly rule?: Text;
  /** The comment after it. */
  readonly comment?: Text;
}

export type Payload = TextPayload | FilePayload;

/** Sent as a text message. Comments are removed, escapes are resolved, lines end in LF. */
export interface TextPayload {
  readonly kind: 'text';
  readonly range: Range;
  readonly text: Template;
}

/** `< path` or `<@ path` */
export interface FilePayload {
  readonly kind: 'file';
  readonly range: Range;
  /** `binary`: the bytes of the file; `text`: its text, variables filled in. */
  readonly as: 'binary' | 'text';
  /** Relative to the folder of the request file, or absolute. */
  readonly path: Template;
}
