import type {
  Opening,
  Peer,
  ProtocolContext,
  ProtocolModule,
  Role,
  WireMessage,
} from '../core/protocol/protocolModule.ts';
import { DEFAULT_HANDSHAKE_TIMEOUT } from '../shared/limits.ts';
import type { OutgoingMessage } from '../shared/session.ts';

export interface ConductHooks {
  /** The side that it plays. */
  readonly role: Role;
  /** Sends an automatic message: it is recorded and flagged `automatic`. */
  readonly send: (message: OutgoingMessage) => Promise<void>;
  /** A text that no other connection or call uses. */
  readonly uniqueId: () => string;
}

/**
 * The protocol of a session. One that is named has automatic messages: the opening, answers to pings, heartbeats, and
 * the farewell. One that was recognised has none, but a peer follows its conversation for the next verb.
 */
export class Conduct {
  #peer: Peer | undefined;
  #named: ProtocolModule | undefined;
  #followed: { readonly protocol: ProtocolModule; readonly peer: Peer } | undefined;
  /** Whether a peer hears the messages of the connection. */
  #listens = false;
  #timer: NodeJS.Timeout | undefined;
  #waiting: ((opening: Opening) => void)[] = [];
  /** Whether the next connection opens its protocol automatically; otherwise a verb does. */
  opensItself = true;

  constructor(private readonly hooks: ConductHooks) {}

  /** This side of the protocol; undefined without a connection that names one. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Whether the data of a received message is needed after the call. */
  get listens(): boolean {
    return this.#listens;
  }

  /** The peer that encodes the verbs of a protocol, named or recognised; undefined if the connection speaks another. */
  peerOf(protocol: ProtocolModule): Peer | undefined {
    if (this.#named === protocol) return this.#peer;
    return this.#followed?.protocol === protocol ? this.#followed.peer : undefined;
  }

  /**
   * Resolves when the other side has accepted or refused the opening; immediately if there is none.
   * @param patience milliseconds after which silence counts as a refusal
   */
  opening(patience = DEFAULT_HANDSHAKE_TIMEOUT): Promise<Opening> {
    const opening = this.#peer?.opening ?? { state: 'accepted' };
    if (opening.state !== 'waiting') return Promise.resolve(opening);
    return new Promise((resolve) => {
      const silent = setTimeout(() => {
        const reason = `The server did not accept the protocol within ${patience / 1000} s: check that it speaks this protocol.`;
        resolve({ state: 'refused', reason });
      }, patience);
      this.#waiting.push((answer) => {
        clearTimeout(silent);
        resolve(answer);
      });
    });
  }

  /** A connection opened. */
  begin(protocol: ProtocolModule, context: ProtocolContext): void {
    this.#named = protocol;
    if (this.#followed?.protocol === protocol) this.#followed = undefined;
    this.#listens = true;
    this.#peer = protocol.createPeer(context, this.hooks.role, { uniqueId: this.hooks.uniqueId });
    this.#say(this.#peer.start(this.opensItself));
    this.#awaitBeat();
  }

  /**
   * The connection is decoded by this protocol, or by none, from now on: a peer that sends nothing follows it. If it is
   * the same as before, its peer stays, with its ids.
   * @param earlier the first messages of the connection, without the one that is passed to `received` or `sent` next
   */
  follow(
    protocol: ProtocolModule | undefined,
    context: ProtocolContext,
    earlier: readonly WireMessage[],
  ): void {
    if (protocol && this.#followed?.protocol === protocol) return;
    this.#followed = undefined;
    if (protocol && protocol !== this.#named) {
      const peer = protocol.createPeer(context, this.hooks.role, { uniqueId: this.hooks.uniqueId });
      peer.start(false);
      this.#followed = { protocol, peer };
      for (const message of earlier) {
        if (message.from === this.hooks.role) peer.follow(message);
        else peer.receive(message);
      }
    }
    this.#listens = this.#peer !== undefined || this.#followed !== undefined;
  }

  /** A message was received. Its data is a view that is valid only during the call. */
  received(kind: 'text' | 'binary', data: Uint8Array): void {
    const message = { kind, data, from: this.hooks.role === 'client' ? 'server' : 'client' } as const;
    this.#followed?.peer.receive(message);
    const peer = this.#peer;
    if (!peer) return;
    const before = peer.beatInterval;
    this.#say(peer.receive(message));
    if (peer.beatInterval !== before) this.#awaitBeat();
    this.#announceOpening();
  }

  /** A message was sent. */
  sent(message: OutgoingMessage): void {
    if (!this.#listens) return;
    this.#followed?.peer.follow({ ...message, from: this.hooks.role });
    this.#awaitBeat();
  }

  /** The next heartbeat is due one interval from now. */
  #awaitBeat(): void {
    const interval = this.#peer?.beatInterval;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (interval === undefined) return;
    this.#timer = setTimeout(() => {
      this.#say(this.#peer?.beat() ?? []);
      this.#awaitBeat();
    }, interval);
  }

  /** This side is about to close the connection. */
  finish(): void {
    this.#say(this.#peer?.finish() ?? []);
  }

  /** The connection ended. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#peer = undefined;
    this.#named = undefined;
    this.#followed = undefined;
    this.#listens = false;
    this.#announceOpening();
  }

  #announceOpening(): void {
    if (this.#waiting.length === 0) return;
    const reason = 'The connection ended before the server had accepted the protocol.';
    const opening = this.#peer?.opening ?? { state: 'refused' as const, reason };
    if (opening.state === 'waiting') return;
    for (const resolve of this.#waiting.splice(0)) resolve(opening);
  }

  #say(messages: readonly OutgoingMessage[]): void {
    for (const message of messages) {
      this.hooks.send(message).catch(() => {
        // The connection is ending, and its own rows report it.
      });
    }
  }
}
