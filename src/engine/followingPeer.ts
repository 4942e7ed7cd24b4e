import type {
  Peer,
  PeerPorts,
  ProtocolContext,
  ProtocolModule,
  Role,
} from '../core/protocol/protocolModule.ts';
import { senderOf } from '../core/protocol/unitReader.ts';
import { MiB } from '../shared/limits.ts';
import type { MessagePage } from '../shared/recordProtocol.ts';

/**
 * Maximum received messages of a connection that a peer reads, and their bytes. They contain the opening and
 * the newest state of ordinary conversations; after them the peer reads only sent messages.
 */
const MAX_HEARD = 20_000;
const MAX_HEARD_BYTES = 64 * MiB;

/** Maximum sent messages of a connection that a peer reads. */
const MAX_FOLLOWED = 200_000;

/** The open connection that a peer follows. */
export interface FollowedConnection {
  readonly context: ProtocolContext;
  /** The role of this side. */
  readonly role: Role;
  readonly ports: PeerPorts;
  /** Number in the recording of its first row. */
  readonly from: number;
  /** Resolves with the number of readable rows, after every earlier row is on disk. */
  readonly rows: () => Promise<number>;
  /** @param sentOnly leaves out received messages */
  readonly read: (from: number, sentOnly: boolean) => Promise<MessagePage>;
}

/**
 * A peer without automatic messages, for the verbs of a protocol that the connection did not name. It reads
 * the conversation from the recording when a verb needs it, so receiving costs nothing, and a protocol may be
 * chosen at any time.
 */
export class FollowingPeer {
  readonly #peer: Peer;
  #next: number;
  #heard = 0;
  #heardBytes = 0;
  #followed = 0;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(
    readonly protocol: ProtocolModule,
    private readonly connection: FollowedConnection,
  ) {
    this.#peer = protocol.createPeer(connection.context, connection.role, connection.ports);
    this.#peer.start(false);
    this.#next = connection.from;
  }

  /**
   * Resolves when the peer knows all messages until now.
   * @throws DuplexError if the recording cannot be read
   */
  async current(): Promise<Peer> {
    const reading = this.#reading.then(() => this.#catchUp());
    // The next call continues reading where this one failed.
    this.#reading = reading.catch(() => undefined);
    await reading;
    return this.#peer;
  }

  async #catchUp(): Promise<void> {
    const rows = await this.connection.rows();
    // After a disk failure, new rows may reuse numbers.
    this.#next = Math.min(this.#next, rows);
    while (this.#next < rows && this.#followed < MAX_FOLLOWED) {
      const page = await this.connection.read(this.#next, !this.#hears);
      if (page.next <= this.#next) return;
      this.#next = page.next;
      this.#learn(page);
    }
  }

  get #hears(): boolean {
    return this.#heard < MAX_HEARD && this.#heardBytes < MAX_HEARD_BYTES;
  }

  #learn({ messages }: MessagePage): void {
    const { role } = this.connection;
    for (const { kind, direction, data } of messages) {
      const message = { kind, data, from: senderOf(direction, role) };
      if (message.from === role) {
        this.#followed++;
        this.#peer.follow(message);
      } else {
        this.#heard++;
        this.#heardBytes += data.length;
        this.#peer.receive(message);
      }
    }
  }
}
