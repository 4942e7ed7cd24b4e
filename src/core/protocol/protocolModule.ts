import type { OutgoingMessage } from '../../shared/session.ts';
import type { Decoded } from './unit.ts';
import type { Encoded, VerbCall, VerbSpec } from './verb.ts';

/** A message as it travelled. */
export interface WireMessage {
  readonly kind: 'text' | 'binary';
  /** The side that sent it. */
  readonly from: Role;
  readonly data: Uint8Array;
}

/** What is known of a connection when it opens. */
export interface ProtocolContext {
  readonly url: string;
  /** That the server agreed to; empty for none. */
  readonly subprotocol: string;
}

/** What a peer needs from outside. */
export interface PeerPorts {
  /** A text that no other connection or call has, as a UUID. */
  uniqueId(): string;
}

/** Makes sense of the messages of one connection, both directions, in their order. */
export interface Decoder {
  /** Never throws: what does not decode is a problem. Keeps no view of the data beyond MAX_DECODED_BYTES. */
  decode(message: WireMessage): Decoded;
  /**
   * What a later decoder needs to go on behind the last message, as text; undefined while a unit is not complete.
   * `createDecoder` takes it.
   */
  checkpoint(): string | undefined;
}

/** How far the opening of the protocol is: most have a handshake of their own. */
export type Opening =
  | { readonly state: 'waiting' | 'accepted' }
  /** One sentence: what the other side said. */
  | { readonly state: 'refused'; readonly reason: string };

/** Client: the side that connected. */
export type Role = 'client' | 'server';

/**
 * One side of a conversation: what it says by itself, and what its verbs say. It holds the state that verbs need, as the
 * next id and the namespace. It sends nothing; the session does.
 */
export interface Peer {
  readonly opening: Opening;
  /**
   * What is sent as soon as the connection is open.
   * @param opens whether the peer also opens the protocol by itself; otherwise a verb will
   */
  start(opens: boolean): readonly OutgoingMessage[];
  /** What is answered by itself. Most messages are passed over after a look at their size and first bytes. */
  receive(message: WireMessage): readonly OutgoingMessage[];
  /** Milliseconds after which `beat` is due, counted from the last message sent; undefined: it has no heartbeat. */
  readonly beatInterval: number | undefined;
  beat(): readonly OutgoingMessage[];
  /** What is sent before the connection is closed by this side. */
  finish(): readonly OutgoingMessage[];
  encode(call: VerbCall): Encoded;
}

/** What detection goes by. */
export interface Evidence {
  /** That the server agreed to; empty for none. */
  readonly subprotocol: string;
  readonly url: string;
  /** The first messages, in order; empty before there are any. */
  readonly messages: readonly WireMessage[];
}

/** A request by HTTP POST that tells where, and as whom, to connect. URLs have the scheme `ws` or `wss`. */
export interface Negotiation {
  /** @returns undefined if nothing is to be asked for this URL */
  request(url: string): string | undefined;
  /** What the body of an answer with the status 200 says. Never throws. @param url the one to connect to, not the one that was asked */
  answer(url: string, body: string): NegotiationAnswer;
}

export type NegotiationAnswer =
  /** `secret`: what of the URL nobody may see. */
  | { readonly kind: 'connect'; readonly url: string; readonly version: number; readonly secret: string }
  /** To ask again at another URL, with an access token for its origin. */
  | { readonly kind: 'redirect'; readonly url: string; readonly accessToken: string | undefined }
  /** A clause without its full stop. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A protocol: how it is recognised, read, spoken and explained. */
export interface ProtocolModule {
  /** As the option `protocol` names it. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the documentation. */
  readonly about: string;
  /** Where its messages are specified. */
  readonly specification: string;
  /** What a connection that names this protocol offers if it names no subprotocols itself. */
  readonly subprotocols: readonly string[];
  /** What the option `protocol` does by itself, one sentence each. */
  readonly chores: readonly string[];
  readonly verbs: readonly VerbSpec[];
  /** What its close codes mean; RFC 6455, section 7.4.2, leaves 3000 to 4999 to protocols. */
  readonly closeCodes: Readonly<Record<number, string>>;
  /** @returns the reason, to follow the title: `subprotocol ocpp1.6` */
  detect: {
    subprotocol(name: string): string | undefined;
    url(url: string): string | undefined;
    message(message: WireMessage): string | undefined;
  };
  createDecoder(context: ProtocolContext, checkpoint?: string): Decoder;
  /** What is asked by HTTP before a connection that names the protocol. */
  readonly negotiation?: Negotiation;
  createPeer(context: ProtocolContext, role: Role, ports: PeerPorts): Peer;
}
