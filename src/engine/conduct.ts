import type { Opening, Peer, ProtocolModule, Role } from '../core/protocol/protocolModule.ts';
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
 * The automatic messages of a session whose protocol is named: the opening, answers to pings, heartbeats, and the
 * farewell.
 */
export class Conduct {
  #peer: Peer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waiting: ((opening: Opening) => void)[] = [];
  /** Whether the next connection opens its protocol automatically; otherwise a verb does. */
  opensItself = true;

  constructor(private readonly hooks: ConductHooks) {}

  /** This side of the protocol; undefined without a connection that names one. */
  get peer(): Peer | undefined {
    return this.#peer;
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
  begin(protocol: ProtocolModule, context: { readonly url: string; readonly subprotocol: string }): void {
    this.#peer = protocol.createPeer(context, this.hooks.role, { uniqueId: this.hooks.uniqueId });
    this.#say(this.#peer.start(this.opensItself));
    this.sent();
  }

  /** A message was received. Its data is a view that is valid only during the call. */
  received(kind: 'text' | 'binary', data: Uint8Array): void {
    const peer = this.#peer;
    if (!peer) return;
    const before = peer.beatInterval;
    this.#say(peer.receive({ kind, data, from: this.hooks.role === 'client' ? 'server' : 'client' }));
    if (peer.beatInterval !== before) this.sent();
    this.#tellOpening();
  }

  /** A message was sent: the next heartbeat is due one interval from now. */
  sent(): void {
    const interval = this.#peer?.beatInterval;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (interval === undefined) return;
    this.#timer = setTimeout(() => {
      this.#say(this.#peer?.beat() ?? []);
      this.sent();
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
    this.#tellOpening();
  }

  #tellOpening(): void {
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
