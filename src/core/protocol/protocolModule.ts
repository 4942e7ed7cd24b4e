import type { OutgoingMessage } from '../../shared/session.ts';
import type { Decoded } from './unit.ts';
import type { Encoded, VerbCall, VerbSpec } from './verb.ts';

/** A message as it was transmitted. */
export interface WireMessage {
  readonly kind: 'text' | 'binary';
  /** The side that sent it. */
  readonly from: Role;
  readonly data: Uint8Array;
}

/** The facts about a connection when it opens. */
export interface ProtocolContext {
  readonly url: string;
  /** The subprotocol that the server selected; empty for none. */
  readonly subprotocol: string;
}

/** The external functions that a peer needs. */
export interface PeerPorts {
  /** A unique text, such as a UUID. */
  uniqueId(): string;
}

/** Decodes the messages of one connection, both directions, in order. */
export interface Decoder {
  /** Never throws: a message that does not decode is a problem. Keeps no view of the data beyond MAX_DECODED_BYTES. */
  decode(message: WireMessage): Decoded;
  /**
   * The state that a later decoder needs to continue after the last message, as text; undefined while a unit is
   * incomplete. Pass it to `createDecoder`.
   */
  checkpoint(): string | undefined;
}

/** The state of the protocol's opening: most protocols have a handshake of their own. */
export type Opening =
  | { readonly state: 'waiting' | 'accepted' }
  /** One sentence: the reason that the peer gave. */
  | { readonly state: 'refused'; readonly reason: string };

/** Client: the side that connected. */
export type Role = 'client' | 'server';

/**
 * One side of a conversation: its automatic messages and its verbs. It holds the state that verbs need, such as the
 * next id and the namespace. It sends nothing itself; the session does.
 */
export interface Peer {
  readonly opening: Opening;
  /**
   * The messages to send as soon as the connection is open.
   * @param opens whether the peer also opens the protocol; otherwise a verb does
   */
  start(opens: boolean): readonly OutgoingMessage[];
  /** Whether `receive` needs the messages now; false if none of them gets an answer or changes the state of the peer. */
  readonly listens: boolean;
  /** The automatic answers to a message. Most messages are skipped after a look at their size and first bytes. */
  receive(message: WireMessage): readonly OutgoingMessage[];
  /**
   * Updates the state with a message that this side sent, whether or not a verb encoded it. Later verbs use
   * its ids and names. Never throws.
   */
  follow(message: WireMessage): void;
  /** Milliseconds after which `beat` is due, counted from the last message sent; undefined: it has no heartbeat. */
  readonly beatInterval: number | undefined;
  beat(): readonly OutgoingMessage[];
  /** The messages to send before this side closes the connection. */
  finish(): readonly OutgoingMessage[];
  encode(call: VerbCall): Encoded;
}

/** The input of protocol detection. */
export interface DetectionInput {
  /** The subprotocol that the server selected; empty for none. */
  readonly subprotocol: string;
  readonly url: string;
  /** The first messages, in order; empty at the start. */
  readonly messages: readonly WireMessage[];
}

/**
 * An HTTP POST request that determines the URL and the credentials of the connection. URLs have the scheme `ws` or
 * `wss`.
 */
export interface Negotiation {
  /** @returns undefined if this URL needs no request */
  request(url: string): string | undefined;
  /**
   * Evaluates the body of an answer with the status 200. Never throws.
   * @param url the URL to connect to, not the requested one
   */
  answer(url: string, body: string): NegotiationAnswer;
  /**
   * The server's side: answers such a request.
   * @param target its path and query
   * @returns undefined if it is another request; else the path that the client connects to then, and the body of the answer
   */
  serve(
    target: string,
    ports: PeerPorts,
  ): { readonly path: string; readonly contentType: string; readonly body: string } | undefined;
}

export type NegotiationAnswer =
  /** `secret`: the secret part of the URL. */
  | { readonly kind: 'connect'; readonly url: string; readonly version: number; readonly secret: string }
  /** Repeat the request at another URL, with an access token for its origin. */
  | { readonly kind: 'redirect'; readonly url: string; readonly accessToken: string | undefined }
  /** A clause without its full stop. */
  | { readonly kind: 'refused'; readonly reason: string };

/** How the messages of a protocol belong to topics: the names of its events and calls. */
export interface TopicNames {
  /** Between the levels of a topic. */
  readonly separator: string;
  /** Names of events and calls that are no topics. */
  readonly excluded?: readonly string[];
}

/** A protocol: how to recognise, decode, speak and explain it. */
export interface ProtocolModule {
  /** The value of the option `protocol`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the documentation. */
  readonly about: string;
  /** Where the protocol is specified. */
  readonly specification: string;
  /** The subprotocols that a connection of this protocol offers if it names none itself. */
  readonly subprotocols: readonly string[];
  /** The automatic behaviour of the option `protocol`, one sentence each. */
  readonly chores: readonly string[];
  readonly verbs: readonly VerbSpec[];
  /** The meanings of its close codes; RFC 6455, section 7.4.2, leaves 3000 to 4999 to protocols. */
  readonly closeCodes: Readonly<Record<number, string>>;
  /** Absent if its messages have no topics. */
  readonly topics?: TopicNames;
  /** @returns the reason for recognising it, which follows the title: `subprotocol ocpp1.6` */
  detect: {
    subprotocol(name: string): string | undefined;
    url(url: string): string | undefined;
    message(message: WireMessage): string | undefined;
  };
  createDecoder(context: ProtocolContext, checkpoint?: string): Decoder;
  /** The HTTP request before a connection of this protocol. */
  readonly negotiation?: Negotiation;
  createPeer(context: ProtocolContext, role: Role, ports: PeerPorts): Peer;
}
