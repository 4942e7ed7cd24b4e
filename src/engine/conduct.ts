import type {
  Opening,
  Peer,
  ProtocolContext,
  ProtocolModule,
  Role,
} from '../core/protocol/protocolModule.ts';
import { DEFAULT_HANDSHAKE_TIMEOUT } from '../shared/limits.ts';
import type { OutgoingMessage } from '../shared/session.ts';
import { type FollowedConnection, FollowingPeer } from './followingPeer.ts';

export interface ConductHooks {
  /** The role of this side. */
  readonly role: Role;
  /** Sends an automatic message: it is recorded and flagged `automatic`. */
  readonly send: (message: OutgoingMessage) => Promise<void>;
  /** A text that no other connection or call uses. */
  readonly uniqueId: () => string;
  /** The recorded messages of the session, for the verbs of a protocol that the connection did not name. */
  readonly recorded: Pick<FollowedConnection, 'rows' | 'read'>;
}

/**
 * The protocol of a session. A protocol that the connection names has automatic messages: the opening,
 * answers to pings, heartbeats, and the farewell. One that is recognised or chosen later has none: its peer
 * reads the conversation when a verb needs it.
 */
export class Conduct {
  #peer: Peer | undefined;
  #named: ProtocolModule | undefined;
  /** The facts about the open connection, and its first row in the recording. */
  #connection: Pick<FollowedConnection, 'context' | 'from'> | undefined;
  #following: FollowingPeer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting: ((opening: Opening) => void)[] = [];
  /** Whether the next connection sends the opening of its protocol automatically; if not, a verb sends it. */
  opensItself = true;

  constructor(private readonly hooks: ConductHooks) {}

  /** This side of the protocol; undefined without a connection that names one. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Whether `received` needs the next message, and may use its data after the call. */
  get listens(): boolean {
    return this.#peer?.listens === true;
  }

  /**
   * Returns the peer that encodes the verbs of a protocol, named or not. It knows all messages until now.
   * Undefined without a connection.
   * @throws DuplexError if the recording of the connection cannot be read
   */
  async peerOf(protocol: ProtocolModule): Promise<Peer | undefined> {
    const connection = this.#connection;
    if (this.#named === protocol || !connection) return this.#peer;
    const { role, recorded, uniqueId } = this.hooks;
    if (this.#following?.protocol !== protocol)
      this.#following = new FollowingPeer(protocol, {
        ...connection,
        ...recorded,
        role,
        ports: { uniqueId },
      });
    const peer = await this.#following.current();
    // The connection may have ended meanwhile.
    return this.#connection === connection ? peer : undefined;
  }

  /**
   * Resolves when the server has accepted or refused the opening; immediately if there is no opening.
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

  /**
   * A connection opened.
   * @param protocol the protocol that the connection names
   * @param from number of its first row in the recording
   */
  begin(protocol: ProtocolModule | undefined, context: ProtocolContext, from: number): void {
    this.#connection = { context, from };
    this.#named = protocol;
    if (!protocol) return;
    this.#peer = protocol.createPeer(context, this.hooks.role, { uniqueId: this.hooks.uniqueId });
    this.#say(this.#peer.start(this.opensItself));
    this.#awaitBeat();
  }

  /** A message was received. Its data is a view that is valid only during the call. */
  received(kind: 'text' | 'binary', data: Uint8Array): void {
    const peer = this.#peer;
    if (!peer) return;
    const before = peer.beatInterval;
    this.#say(peer.receive({ kind, data, from: this.hooks.role === 'client' ? 'server' : 'client' }));
    if (peer.beatInterval !== before) this.#awaitBeat();
    this.#announceOpening();
  }

  /** A message was sent. */
  sent(): void {
    if (this.#peer) this.#awaitBeat();
  }

  /** Schedules the next heartbeat one interval from now. */
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
    this.#connection = undefined;
    this.#following = undefined;
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
