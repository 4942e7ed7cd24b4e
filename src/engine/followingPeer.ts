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
 * Received messages of a connection that a peer hears, and their bytes. They contain the opening and the newest state
 * of ordinary conversations; from then on only sent messages count.
 */
const MAX_HEARD = 20_000;
const MAX_HEARD_BYTES = 64 * MiB;

/** Sent messages of a connection that a peer follows. */
const MAX_FOLLOWED = 200_000;

/** The open connection that is followed. */
export interface FollowedConnection {
  readonly context: ProtocolContext;
  /** The side that this session plays. */
  readonly role: Role;
  readonly ports: PeerPorts;
  /** Number in the recording of its first row. */
  readonly from: number;
  /** Rows that can be read, after everything that happened so far is on disk. */
  readonly rows: () => Promise<number>;
  /** @param sentOnly leaves out received messages */
  readonly read: (from: number, sentOnly: boolean) => Promise<MessagePage>;
}

/**
 * A peer that sends nothing by itself, for the verbs of a protocol that the connection did not name. It reads the
 * conversation from the recording when a verb needs it, so that receiving costs nothing for it, and a protocol may be
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
    // The next call reads again from the place where this one failed.
    this.#reading = reading.catch(() => undefined);
    await reading;
    return this.#peer;
  }

  async #catchUp(): Promise<void> {
    const rows = await this.connection.rows();
    // After a failure of the disk, rows may get numbers that others had before.
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
