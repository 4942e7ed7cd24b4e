import type { UnitType } from '../../../shared/units.ts';
import type { Role } from '../protocolModule.ts';

// A protocol of JSON envelopes as data: built in, or defined by users in the setting `duplex.protocols` and in
// `*.protocol.json`. tableSchema.ts is the same as JSON Schema; docs/protocols.md explains it.

/** A JSONPath (RFC 9535) that selects one value: `$`, `$.params.id`, `$[2]`, `$['a b']`. */
export type TablePath = string;

/**
 * A path, `$.a -> $.b` (a path within the JSON that the string at `$.a` holds), a text with paths in braces as in `{$[2]} {$[3]}`, or a
 * fixed text. Of a list, the first that is there.
 */
export type TableSource = string | readonly string[];

export type TableScalar = string | number | boolean | null;

export type TableTest =
  | TableScalar
  | readonly TableScalar[]
  | { readonly exists: boolean }
  | { readonly startsWith: string }
  | { readonly is: 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'empty' };

/** Tests by path. All of them have to hold. */
export type TableCondition = Readonly<Record<TablePath, TableTest>>;

/** What an envelope is. The first rule whose conditions hold says it. */
export interface TableRule {
  readonly when?: TableCondition;
  /** Absent: from either side. */
  readonly from?: Role;
  readonly type: UnitType;
  readonly name?: TableSource;
  /** What the summary begins with instead of the name. */
  readonly label?: TableSource;
  readonly id?: TablePath;
  readonly replyTo?: TablePath;
  readonly stream?: TablePath;
  readonly error?: TableSource;
  /** The whole envelope if it is absent; of a list, the first that is there. */
  readonly payload?: TablePath | readonly TablePath[];
  /** The payload is a string that holds JSON. */
  readonly embedded?: boolean;
  readonly heartbeat?: boolean;
}

/**
 * JSON with holes. A string that is nothing but a hole is replaced by its value; a member whose hole has no value is left out, an
 * element becomes null, or is left out at the end. The holes:
 * - `<id>`: the next id; `<reply-to>`, `<reply-stream>`: the id and the stream of the unit that is answered;
 * - `<body>`: the payload of the step; `<body array>`, `<body object>`: the same if it is one (an array is `[]` otherwise);
 * - `<argument NAME>`: what stands behind the verb; an optional one that is left out is what it was the last time;
 * - `<last NAME>`: what a verb remembered;
 * - `<$.path>`, in answers: a value of the message that is answered.
 *
 * `{"$json": …}` is a string that holds that JSON. The member `...` adds the members of its object to the one around it.
 */
export type TableTemplate =
  TableScalar | readonly TableTemplate[] | { readonly [member: string]: TableTemplate };

export interface TableVerb {
  readonly name: string;
  /** Names of what stands behind it, in order; one with `?` may be left out, `?=text` says what it then is. */
  readonly arguments?: readonly string[];
  readonly body?: 'any' | 'object' | 'array' | 'container' | 'none';
  readonly bodyName?: string;
  readonly bodyRequired?: boolean;
  /** JSON text that stands in for a body that is left out. */
  readonly defaultBody?: string;
  readonly role?: 'client' | 'server' | 'both';
  readonly answers?: boolean;
  readonly opens?: boolean;
  readonly about: string;
  readonly sample?: { readonly line?: string; readonly body?: string };
  readonly message: TableTemplate;
  /** Values for `<last NAME>`, here and in later messages. */
  readonly remembers?: Readonly<Record<string, TableTemplate>>;
  /** What verbs remember is kept by the value of this argument. */
  readonly per?: string;
  /** What `replyTo` of the reply will be, if that is not `<id>`. */
  readonly awaits?: TableTemplate;
}

/** A message that is answered by itself: recognised by how it begins, before it is parsed. */
export interface TableAnswer {
  /** The whole message. */
  readonly text?: string;
  /** What it begins with. */
  readonly startsWith?: string;
  readonly when?: TableCondition;
  readonly role?: 'client' | 'server';
  readonly message: TableTemplate;
  readonly about: string;
}

export interface TableOpening {
  /** Who begins: the server greets, the client sends `message`, or a verb with `opens` does. */
  readonly by: 'server' | 'client' | 'verb';
  /** Sent by the client as soon as the connection is open. */
  readonly message?: TableTemplate;
  /** Sent by the server as soon as the connection is open. */
  readonly greeting?: TableTemplate;
  readonly accepted: TableCondition;
  readonly refused?: TableCondition;
  readonly reason?: TableSource;
  readonly about: string;
}

export interface ProtocolTable {
  readonly $schema?: string;
  /** Lower case letters, digits and `-`. */
  readonly id: string;
  readonly title: string;
  readonly about?: string;
  readonly specification?: string;
  readonly detect?: {
    /** Names of subprotocols; `*` at the end stands for anything. */
    readonly subprotocols?: readonly string[];
    /** Texts that the URL contains. */
    readonly urls?: readonly string[];
    /** The first message satisfies one of these. */
    readonly messages?: readonly TableCondition[];
  };
  /** Offered if a connection that names this protocol names no subprotocols. */
  readonly offer?: readonly string[];
  /** `batch`: an array is a list of envelopes. `lines`: each line is one. */
  readonly envelopes?: 'one' | 'batch' | 'lines';
  readonly rules: readonly TableRule[];
  readonly verbs?: readonly TableVerb[];
  /** What `<id>` is: a number from 1, the same in quotes, or a unique text. */
  readonly ids?: 'number' | 'string' | 'unique';
  /** What close codes from 3000 to 4999 mean. */
  readonly closeCodes?: Readonly<Record<string, string>>;
  readonly opening?: TableOpening;
  readonly answers?: readonly TableAnswer[];
  readonly heartbeat?: {
    /** Milliseconds without a message sent. */
    readonly every: number;
    readonly message: TableTemplate;
    readonly about: string;
  };
}
