import { faultText, type FaultDirection, type FaultPlan } from '../../core/request/plan/faultPlan.ts';
import type { Connection } from '../../net/connection.ts';
import { copyToSend } from '../../net/plainBytes.ts';
import type { ClientRequest } from '../../serve/clientRequest.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { ConnectOptions, OutgoingMessage } from '../../shared/session.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { CloseDetail, ErrorDetail, HeaderList, OpenDetail } from '../../shared/timeline.ts';
import { isControlKind, passOn, type Passed, type WaitingRow } from '../connectionIo.ts';
import type { Engine } from '../engine.ts';
import { detailOf } from '../recordingFile.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import { ClientFrames } from './clientFrames.ts';
import { ConnectionActs } from './connectionActs.ts';
import { HeldMessages } from './heldMessages.ts';
import { Lane, type Send } from './lane.ts';
import type { Disturbed, RelayFaults, PassedMessage } from './relayFaults.ts';
import type { LiveFaults } from './liveFaults.ts';

export interface RelayParts {
  /** Number of the connection, from 1. */
  readonly number: number;
  /** The target URL of this client. */
  readonly url: string;
  /** The options for connecting to the target. */
  readonly options: Partial<ConnectOptions>;
  readonly tap: (session: () => Session, number: number) => SessionTap;
  /** Receives one sentence about a client's mistake. */
  readonly onFault: (sentence: string) => void;
  readonly onEnd: () => void;
  /** Receives the session when its connection has ended; by default it is removed from the engine. */
  readonly release?: ((session: Session) => Promise<void>) | undefined;
  /** Receives each fault of the connection that fires without a message. */
  readonly onFired?: ((fault: FaultPlan) => void) | undefined;
  /** The faults of this connection; undefined: none. */
  readonly faults: RelayFaults | undefined;
  /** The faults of the proxy, which can be switched on and off. */
  readonly live: LiveFaults | undefined;
}

/** Hop-by-hop headers, and those that each side's handshake creates. */
const OWN_HEADERS =
  /^(?:host|connection|upgrade|proxy-.*|sec-websocket-(?:key|version|protocol|extensions))$/i;

/** One client of a proxy and its connection to the target, which is a session. */
export class ProxyRelay {
  readonly #session: Session;
  readonly #options: ConnectOptions;
  readonly #faults: RelayFaults | undefined;
  #client: Connection | undefined;
  #clientFrames: ClientFrames | undefined;
  /** The number of the row that the connection ended with. */
  #endSeq: number | undefined;
  #isOpen = false;
  /** Events of the target's side that happened before the client's side was open. */
  #early: (() => void)[] = [];
  readonly #clientHolds = new Set<symbol>();
  /** The lanes by direction: `in` to the client, `out` to the target. */
  readonly #lanes: Readonly<Record<FaultDirection, Lane>> = {
    in: new Lane(() => this.#hold('in')),
    out: new Lane(() => this.#hold('out')),
  };
  readonly #held: HeldMessages;
  readonly #acts = new ConnectionActs({
    hold: (way) => this.#hold(way),
    close: (code) => {
      if (code === 1006) this.#client?.terminate();
      else this.#client?.close(code, '');
      void this.#session.endAs({ code, reason: '' });
    },
    cut: (way) => this.#cut(way),
    note: (what, fault) => this.#note(what, fault),
    onFired: (fault) => this.parts.onFired?.(fault),
    isOn: (fault) => this.parts.live?.active.includes(fault) === true,
  });
  /** The number of the last row. */
  #lastSeq = 0;
  readonly #ended: Promise<void>;

  constructor(
    engine: Engine,
    private readonly request: ClientRequest,
    private readonly parts: RelayParts,
  ) {
    const { options, url, number } = parts;
    this.#faults = parts.faults;
    const passed = request.headers.filter(([name]) => !OWN_HEADERS.test(name));
    const tap = parts.tap(() => this.#session, number);
    this.#session = engine.create(
      {
        ...options,
        url,
        headers: merged(passed, options.headers ?? []),
        subprotocols: request.subprotocols,
        reconnect: 0,
        heartbeat: 0,
        // Pings are forwarded, and so are the pongs that answer them.
        autoPong: false,
      },
      {
        isPassive: true,
        tap: {
          onRow: (row) => {
            tap.onRow(row);
            this.#lastSeq = row.seq;
            this.#clientFrames?.onRow(row);
            this.#onRow(row);
          },
        },
      },
    );
    this.#options = this.#session.options;
    const { timeline } = this.#session;
    this.#held = new HeldMessages({
      note: (detail) => timeline.addDetail('note', 'none', { note: 'fault', ...detail }),
      rowOf: (seq) => (this.#session.folder === undefined ? seq : timeline.rowOf(seq)),
      onChange: () => this.#session.touch(),
    });
    const { live } = parts;
    const unsubscribe = live?.onDidChange(() => this.#refresh());
    if (live) this.#session.proxied = { faults: live, held: this.#held };
    this.#ended = this.#run(engine).finally(unsubscribe);
  }

  async stop(): Promise<void> {
    // Lost messages are reported before the sides are closed.
    this.#cut('in', 'out');
    if (this.#acts.isStuck) this.#session.terminate();
    else {
      this.#client?.close(1001, '');
      await this.#session.disconnect(1001, '');
    }
    this.#client?.terminate();
    await this.#ended;
  }

  async #run(engine: Engine): Promise<void> {
    try {
      const connected = this.#session.connect();
      this.request.onGone(() => this.#session.terminate());
      await connected;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (this.#session.state !== 'closed' && this.#session.state !== 'failed') return;
          unsubscribe();
          resolve();
        };
        const unsubscribe = this.#session.onDidChange(look);
        look();
      });
      await this.#client?.finished;
      if (this.#endSeq !== undefined) this.#clientFrames?.end(this.#endSeq);
    } catch (thrown) {
      this.#refuse(toDuplexError(thrown).message);
    }
    this.#acts.dispose();
    this.#cut('in', 'out');
    this.parts.onEnd();
    await (this.parts.release ?? ((session) => engine.remove(session)))(this.#session);
  }

  /** Stops passing messages on in these directions, because their receivers are gone. */
  #cut(...directions: readonly FaultDirection[]): void {
    const lost = directions.map((way) => this.#lanes[way].cut());
    const held = this.#held.lose(directions);
    const late = lost.reduce((sum, { waiting }) => sum + waiting, 0);
    if (held !== undefined)
      this.#note(`Messages were held when the connection ended, and not passed on: ${held}.`);
    if (late > 0) this.#note(`The connection ended before ${late} delayed messages were passed on.`);
  }

  /** Forwards a refusal of the target; a failure without an HTTP response becomes a 502. */
  #refuse(message: string): void {
    const { status, headers, body } = (this.#session.handshakes ?? {}) as Partial<ErrorDetail>;
    if (status === undefined || status < 200) {
      this.request.refuse({ status: 502, body: `${message}\n` });
      return;
    }
    const kept = (headers ?? []).filter(
      ([name]) => !/^(?:connection|content-length|transfer-encoding|keep-alive|upgrade)$/i.test(name),
    );
    this.request.refuse({ status, headers: kept, body: body ?? '' });
  }

  #onRow({ kind, direction, payload, flags, seq }: Parameters<SessionTap['onRow']>[0]): void {
    if (kind === 'open') this.#accept((detailOf(payload) as unknown as OpenDetail).protocol);
    else if (kind === 'close') {
      const { code, reason } = detailOf(payload) as unknown as CloseDetail;
      this.#endSeq = seq;
      this.#cut('out');
      this.#toOpenClient((client) =>
        this.#lanes.in.afterwards(
          () => {
            if (code === 1006) client.terminate();
            else client.close(code, reason);
          },
          this.#faults?.passageOf('ping', 'in', 0).passage,
        ),
      );
    } else if (direction === 'in' && kind !== 'error' && kind !== 'note' && (flags & FLAG.altered) === 0) {
      const data = this.#kept(payload);
      if (!this.#faults?.isActive)
        return this.#toOpenClient(() => this.#pass({ direction, kind, data, seq }));
      const handed = this.#disturbed(this.#faults, 'in', kind, data, seq);
      for (const each of handed.passed) this.#toOpenClient(() => this.#pass(each));
      this.#begin(handed.then, 'in');
    }
  }

  /** A copy of a payload that is valid only during a call. Faults may change it. */
  #kept(payload: Uint8Array): Uint8Array {
    return this.#faults?.isActive ? payload.slice() : copyToSend(payload);
  }

  #toOpenClient(act: (client: Connection) => void): void {
    if (this.#isOpen && this.#client) act(this.#client);
    else this.#early.push(() => this.#client && act(this.#client));
  }

  #accept(protocol: string): void {
    // Reading from the target waits until a client can receive it.
    const release = this.#session.hold();
    this.#faults?.open(this.#session, protocol);
    const { timeline } = this.#session;
    const matcher = timeline.watchClientFrames(this.#options.frames);
    this.#clientFrames = matcher && new ClientFrames(matcher, (seq) => timeline.rowOf(seq));
    this.#client = this.request.accept(protocol, this.#options, {
      frames: matcher,
      onOpen: () => {
        this.#isOpen = true;
        this.#acts.schedule(this.#faults?.timed ?? [], 0);
        for (const act of this.#early.splice(0)) act();
        release();
      },
      onMessage: (kind, payload) => this.#toTarget(kind, this.#kept(payload)),
      onControl: (kind, direction, payload) => {
        if (direction === 'in') this.#toTarget(kind, this.#kept(payload));
      },
      onError: (error) => this.parts.onFault(error.message),
      onEnd: (close) => {
        this.#early = [];
        this.#cut('in');
        const passage = this.#faults?.passageOf('ping', 'out', 0).passage;
        this.#lanes.out.afterwards(
          () => void this.#session.endAs(close ?? { code: 1006, reason: '' }),
          passage,
        );
      },
    });
  }

  #toTarget(kind: Passed, data: Uint8Array): void {
    const { io } = this.#session;
    if (!io.canSend) return;
    this.#clientFrames?.arrives(kind);
    const lane = this.#lanes.out;
    // A message is recorded on arrival, because it may be passed on later or never.
    if (!this.#faults?.isActive && !lane.isOccupied) {
      io.record(kind, data, 0);
      lane.pass(data.length, (isAwaited) => io.transmit(isAwaited, kind, data));
      return;
    }
    const handed = this.#faults
      ? this.#disturbed(this.#faults, 'out', kind, data, undefined)
      : { passed: [{ direction: 'out' as const, kind, data, seq: undefined }], then: [] };
    for (const each of handed.passed) {
      const isHeld = each.heldBy !== undefined;
      const flags = each.isAltered ? FLAG.altered : 0;
      let row: WaitingRow | undefined;
      if (!isControlKind(each.kind) && (isHeld || lane.isOccupied))
        row = io.recordWaiting(each.kind, each.data, flags);
      else io.record(each.kind, each.data, flags);
      this.#pass({ ...each, seq: this.#lastSeq }, row);
    }
    this.#begin(handed.then, 'out');
  }

  /** Passes a message to its lane. @param row its row, if it is recorded but not sent yet */
  #pass(passed: PassedMessage, row?: WaitingRow): void {
    const { direction, kind, data, passage, heldBy, seq } = passed;
    const lane = this.#lanes[direction];
    const send = this.#sender(passed, row);
    if (isControlKind(kind)) lane.passControl(data.length, send, passage);
    else if (!heldBy || seq === undefined) lane.pass(data.length, send, passage);
    else {
      const message = { seq, direction, kind, data, fault: heldBy };
      this.#held.add(message, lane.keep(data.length, passage), {
        asItCame: send,
        canPass: () => (direction === 'in' ? this.#client! : this.#session.io).canSend,
        edited: (edited) => this.#edited(passed, edited),
        onReplaced: () => {
          row?.stays();
          if (direction === 'in') this.#clientFrames?.stays(seq, kind);
        },
      });
      if (heldBy.value > 0) this.#acts.later(heldBy.value, () => this.#held.expire(seq));
    }
  }

  #sender({ direction, kind, data, fragmentSize, seq }: PassedMessage, row: WaitingRow | undefined): Send {
    const client = this.#client!;
    const { io } = this.#session;
    return (isAwaited) => {
      if (direction === 'in') {
        this.#clientFrames?.leaves(seq, kind);
        return passOn(client, isAwaited, kind, data, fragmentSize);
      }
      if (io.canSend) row?.leaves();
      else row?.stays();
      return io.transmit(isAwaited, kind, data, fragmentSize);
    };
  }

  /** Records the message that is passed on instead of a held one. */
  #edited(passed: PassedMessage, { kind, data }: OutgoingMessage): Send {
    const { timeline, io } = this.#session;
    const { direction } = passed;
    if (direction === 'in') timeline.addAside(kind, 'in', data, FLAG.altered);
    const row = direction === 'out' ? io.recordWaiting(kind, data, FLAG.altered) : undefined;
    return this.#sender({ ...passed, kind, data, seq: this.#lastSeq }, row);
  }

  /** Applies the faults to a message, and records the messages that are passed on instead of it. */
  #disturbed(
    faults: RelayFaults,
    direction: FaultDirection,
    kind: Passed,
    data: Uint8Array,
    seq: number | undefined,
  ): Disturbed {
    const { timeline } = this.#session;
    const whole = { direction, kind, data, seq };
    if (isControlKind(kind)) {
      const { passage, swallowedBy } = faults.passageOf(kind, direction, data.length);
      if (!swallowedBy) return { passed: [{ ...whole, passage }], then: [] };
      if (direction === 'out') timeline.addAside(kind, direction, data);
      else this.#clientFrames?.stays(seq, kind);
      this.#note('The pong was not passed on', swallowedBy);
      return { passed: [], then: [] };
    }
    const { verdict, passage } = faults.judge(direction, kind, data);
    const { instead, changedBy, then, fragmentSize: size, heldBy } = verdict;
    const fragmentSize = size === 0 ? undefined : size;
    const message = { ...whole, passage, fragmentSize, heldBy };
    if (!instead) return { passed: [message], then };
    if (direction === 'out') timeline.addAside(kind, direction, data);
    else this.#clientFrames?.stays(seq, kind);
    if (instead.length === 0) this.#note('The message was not passed on', changedBy.at(-1));
    const passed = instead.map((each) => {
      if (direction === 'in') timeline.addAside(kind, direction, each, FLAG.altered);
      return { ...message, data: each, isAltered: true, seq: this.#lastSeq };
    });
    return { passed, then };
  }

  /** Applies the faults that are switched on now. */
  #refresh(): void {
    const begun = this.#faults?.refresh() ?? [];
    this.#acts.refresh();
    if (this.#isOpen) this.#acts.schedule(begun, this.#faults?.elapsed ?? 0);
    this.#session.touch();
  }

  /** Begins faults of the connection after the previous message has been passed on. */
  #begin(faults: readonly FaultPlan[], direction: FaultDirection): void {
    for (const fault of faults) this.#lanes[direction].afterwards(() => this.#acts.begin(fault));
  }

  /** Stops reading from the sender of a direction. @returns a function that resumes it, unless another hold remains */
  #hold(direction: FaultDirection): () => void {
    if (direction === 'in') return this.#session.hold();
    const hold = Symbol('hold');
    this.#clientHolds.add(hold);
    this.#client?.pause();
    return () => {
      if (this.#clientHolds.delete(hold) && this.#clientHolds.size === 0) this.#client?.resume();
    };
  }

  #note(what: string, fault?: FaultPlan): void {
    const text = fault ? `${what}: ${faultText(fault)}.` : what;
    this.#session.timeline.addDetail('note', 'none', { note: 'fault', text });
  }
}

/** The client's headers; headers set for the proxy take precedence. */
function merged(passed: HeaderList, given: HeaderList): HeaderList {
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  return [...passed.filter(([name]) => !names.has(name.toLowerCase())), ...given];
}
