import type { UnitType } from '../../../shared/units.ts';
import type { Role } from '../protocolModule.ts';

// A protocol of JSON envelopes as data: built in, or defined by users in the setting `duplex.protocols` and in
// `*.protocol.json`. tableSchema.ts is its JSON Schema; docs/protocols.md explains it.

/** The name of a file that holds a table. */
export const TABLE_FILE = /\.protocol\.json$/i;

/** A JSONPath (RFC 9535) that selects one value: `$`, `$.params.id`, `$[2]`, `$['a b']`. */
export type TablePath = string;

/**
 * A path, `$.a -> $.b` (a path within the JSON that the string at `$.a` holds), a text with paths in braces such as
 * `{$[2]} {$[3]}`, or a fixed text. In a list, the first source that exists counts.
 */
export type TableSource = string | readonly string[];

export type TableScalar = string | number | boolean | null;

export type TableTest =
  | TableScalar
  | readonly TableScalar[]
  | { readonly exists: boolean }
  | { readonly startsWith: string }
  | { readonly is: 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'empty' };

/** Tests by path. All of them must pass. */
export type TableCondition = Readonly<Record<TablePath, TableTest>>;

/** Classifies an envelope. The first rule whose conditions all pass applies. */
export interface TableRule {
  readonly when?: TableCondition;
  /** Absent if either side may send it. */
  readonly from?: Role;
  readonly type: UnitType;
  readonly name?: TableSource;
  /** The start of the summary, instead of the name. */
  readonly label?: TableSource;
  /** The id of the message: a later `replyTo` with the same value is its reply. */
  readonly id?: TablePath;
  /** The id of the message that this one answers. */
  readonly replyTo?: TablePath;
  /** The id of the stream that the message belongs to, such as a channel or a topic. */
  readonly stream?: TablePath;
  /** Another id of an earlier message that this one repeats, which a replay rewrites too. */
  readonly ref?: TablePath;
  readonly error?: TableSource;
  /** The whole envelope if absent; of a list, the first that exists. */
  readonly payload?: TablePath | readonly TablePath[];
  /** The payload is a string that holds JSON. */
  readonly embedded?: boolean;
  readonly heartbeat?: boolean;
  /** Ends its stream, although it does not unsubscribe. */
  readonly ends?: boolean;
}

/**
 * JSON with holes. A string that consists of one hole is replaced by its value. If a hole has no value, its member is
 * left out; an element becomes null, or is left out at the end. The holes:
 * - `<id>`: the next id; `<reply-to>`, `<reply-stream>`: the id and the stream of the unit that is answered;
 * - `<body>`: the payload of the step; `<body array>`, `<body object>`: the same if it has that type (otherwise `<body
 * array>` is `[]`);
 * - `<argument NAME>`: an argument of the verb; an optional one that is left out keeps its last value;
 * - `<last NAME>`: a value that a verb remembered;
 * - `<$.path>`, in answers: a value of the message that is answered.
 *
 * `{"$json": …}` is a string that holds that JSON. The member `...` adds the members of its object to the one around it.
 */
export type TableTemplate =
  TableScalar | readonly TableTemplate[] | { readonly [member: string]: TableTemplate };

export interface TableVerb {
  readonly name: string;
  /** Names of its arguments, in order; one with `?` is optional, `?=text` sets its default. */
  readonly arguments?: readonly string[];
  readonly body?: 'any' | 'object' | 'array' | 'container' | 'none';
  readonly bodyName?: string;
  readonly bodyRequired?: boolean;
  /** JSON text of the default body. */
  readonly defaultBody?: string;
  readonly role?: 'client' | 'server' | 'both';
  readonly answers?: boolean;
  readonly opens?: boolean;
  readonly about: string;
  readonly sample?: { readonly line?: string; readonly body?: string };
  readonly message: TableTemplate;
  /** Values for `<last NAME>`, here and in later messages. */
  readonly remembers?: Readonly<Record<string, TableTemplate>>;
  /** Remembered values are stored separately for each value of this argument. */
  readonly per?: string;
  /** The `replyTo` of the reply, if that is not `<id>`. */
  readonly awaits?: TableTemplate;
}

/** A message that is answered automatically. It is recognised by its start, before parsing. */
export interface TableAnswer {
  /** The whole message. */
  readonly text?: string;
  /** Its start. */
  readonly startsWith?: string;
  readonly when?: TableCondition;
  readonly role?: 'client' | 'server';
  readonly message: TableTemplate;
  readonly about: string;
}

export interface TableOpening {
  /** Who starts the opening: the server greets, the client sends `message`, or a verb with `opens` does. */
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
    /** Names of subprotocols; `*` at the end matches anything. */
    readonly subprotocols?: readonly string[];
    /** Texts that the URL contains. */
    readonly urls?: readonly string[];
    /** The first message matches one of these. */
    readonly messages?: readonly TableCondition[];
  };
  /** Offered if a connection of this protocol names no subprotocols. */
  readonly offer?: readonly string[];
  /** `batch`: an array is a list of envelopes. `lines`: each line is one. */
  readonly envelopes?: 'one' | 'batch' | 'lines';
  readonly rules: readonly TableRule[];
  readonly verbs?: readonly TableVerb[];
  /** The form of `<id>`: a number from 1, the same in quotes, or a unique text. */
  readonly ids?: 'number' | 'string' | 'unique';
  /** The meanings of close codes from 3000 to 4999. */
  readonly closeCodes?: Readonly<Record<string, string>>;
  readonly opening?: TableOpening;
  readonly answers?: readonly TableAnswer[];
  readonly heartbeat?: {
    /** Sent after this many milliseconds without another sent message. */
    readonly every: number;
    readonly message: TableTemplate;
    readonly about: string;
  };
}
