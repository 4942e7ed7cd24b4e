import type { FaultDirection, FaultPlan } from '../../core/request/plan/faultPlan.ts';
import type { Connection } from '../../net/connection.ts';
import { copyToSend } from '../../net/plainBytes.ts';
import type { ClientRequest } from '../../serve/clientRequest.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { CloseDetail, ErrorDetail, HeaderList, OpenDetail } from '../../shared/timeline.ts';
import { passOn, type Passed } from '../connectionIo.ts';
import type { Engine } from '../engine.ts';
import { detailOf } from '../recordingFile.ts';
import type { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';
import { Lane, type Passage } from './lane.ts';
import type { LinkFaults } from './linkFaults.ts';

export interface LinkParts {
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
  /** Receives each fault of the connection that begins by itself. */
  readonly onFired?: ((fault: FaultPlan) => void) | undefined;
  /** What happens to the messages on purpose; undefined: nothing. */
  readonly faults: LinkFaults | undefined;
}

/** Hop-by-hop headers, and those that each side's handshake creates. */
const OWN_HEADERS =
  /^(?:host|connection|upgrade|proxy-.*|sec-websocket-(?:key|version|protocol|extensions))$/i;

/** One client of a proxy and its connection to the target, which is a session. */
export class Link {
  readonly #session: Session;
  readonly #options: ConnectOptions;
  readonly #faults: LinkFaults | undefined;
  #client: Connection | undefined;
  #isOpen = false;
  /** Events of the target's side before the client's side was open. */
  #early: (() => void)[] = [];
  readonly #clientHolds = new Set<symbol>();
  /** The lanes by direction: `in` to the client, `out` to the target. */
  readonly #lanes: Readonly<Record<FaultDirection, Lane>> = {
    in: new Lane(() => this.#hold('in')),
    out: new Lane(() => this.#hold('out')),
  };
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Whether a fault keeps the link open. */
  #isStuck = false;
  readonly #ended: Promise<void>;

  constructor(
    engine: Engine,
    private readonly request: ClientRequest,
    private readonly parts: LinkParts,
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
        // Pings are forwarded, and the pongs that answer them, too.
        autoPong: false,
      },
      {
        isPassive: true,
        tap: {
          onRow: (row) => {
            tap.onRow(row);
            this.#onRow(row);
          },
        },
      },
    );
    this.#options = this.#session.options;
    this.#ended = this.#run(engine);
  }

  async stop(): Promise<void> {
    if (this.#isStuck) this.#session.terminate();
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
    } catch (thrown) {
      this.#refuse(toDuplexError(thrown).message);
    }
    this.#clear();
    this.parts.onEnd();
    await (this.parts.release ?? ((session) => engine.remove(session)))(this.#session);
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    const lost = this.#lanes.in.cut() + this.#lanes.out.cut();
    if (lost > 0) this.#note(`The connection ended before ${lost} delayed messages were passed on.`);
  }

  /** Forwards a refusal of the target; a failure without an HTTP answer becomes a 502. */
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

  #onRow({ kind, direction, payload, flags }: Parameters<SessionTap['onRow']>[0]): void {
    if (kind === 'open') this.#accept((detailOf(payload) as unknown as OpenDetail).protocol);
    else if (kind === 'close') {
      const { code, reason } = detailOf(payload) as unknown as CloseDetail;
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
      if (!this.#faults)
        return this.#toOpenClient((client) =>
          this.#lanes.in.pass(data.length, (isAwaited) => passOn(client, isAwaited, kind, data)),
        );
      const handed = this.#disturbed(this.#faults, 'in', kind, data);
      for (const { payload: each, passage, fragmentSize } of handed.passed)
        this.#toOpenClient((client) =>
          this.#lanes.in.pass(
            each.length,
            (isAwaited) => passOn(client, isAwaited, kind, each, fragmentSize),
            passage,
          ),
        );
      this.#begin(handed.then, 'in');
    }
  }

  /** A copy of a payload that is valid only during a call. Faults may change it. */
  #kept(payload: Uint8Array): Uint8Array {
    return this.#faults ? payload.slice() : copyToSend(payload);
  }

  #toOpenClient(act: (client: Connection) => void): void {
    if (this.#isOpen && this.#client) act(this.#client);
    else this.#early.push(() => this.#client && act(this.#client));
  }

  #accept(protocol: string): void {
    // Reading from the target waits until a client can receive it.
    const release = this.#session.hold();
    this.#faults?.open(this.#session, protocol);
    this.#client = this.request.accept(protocol, this.#options, {
      onOpen: () => {
        this.#isOpen = true;
        this.#startFaults();
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
    // A message is recorded on arrival, because it may be passed on later or never.
    if (!this.#faults) {
      io.record(kind, data, 0);
      this.#lanes.out.pass(data.length, (isAwaited) => io.transmit(isAwaited, kind, data));
      return;
    }
    const handed = this.#disturbed(this.#faults, 'out', kind, data);
    if (!handed.isChanged) io.record(kind, data, 0);
    for (const { payload, passage, fragmentSize } of handed.passed)
      this.#lanes.out.pass(
        payload.length,
        (isAwaited) => io.transmit(isAwaited, kind, payload, fragmentSize),
        passage,
      );
    this.#begin(handed.then, 'out');
  }

  /** Applies the faults to a message, and records what is passed on in its place. */
  #disturbed(faults: LinkFaults, direction: FaultDirection, kind: Passed, payload: Uint8Array): Disturbed {
    const { timeline, io } = this.#session;
    if (kind === 'ping' || kind === 'pong') {
      const { passage, swallowedBy } = faults.passageOf(kind, direction, payload.length);
      if (!swallowedBy)
        return { passed: [{ payload, passage, fragmentSize: undefined }], isChanged: false, then: [] };
      if (direction === 'out') timeline.addAside(kind, direction, payload);
      this.#note('The pong was not passed on', swallowedBy);
      return { passed: [], isChanged: true, then: [] };
    }
    const { verdict, passage } = faults.judge(direction, kind, payload);
    const { instead, changedBy, then, fragmentSize } = verdict;
    const size = fragmentSize === 0 ? undefined : fragmentSize;
    if (!instead) return { passed: [{ payload, passage, fragmentSize: size }], isChanged: false, then };
    if (direction === 'out') timeline.addAside(kind, direction, payload);
    for (const each of instead)
      if (direction === 'out') io.record(kind, each, FLAG.altered);
      else timeline.addAside(kind, direction, each, FLAG.altered);
    if (instead.length === 0) this.#note('The message was not passed on', changedBy.at(-1));
    return {
      passed: instead.map((each) => ({ payload: each, passage, fragmentSize: size })),
      isChanged: true,
      then,
    };
  }

  #startFaults(): void {
    for (const { fault, at } of this.#faults?.timed ?? []) {
      const begin = (): void => {
        this.parts.onFired?.(fault);
        this.#act(fault);
      };
      if (at === 0) begin();
      else this.#later(at, begin);
    }
  }

  /** Faults of the connection that begin when the message before has been passed on. */
  #begin(faults: readonly FaultPlan[], direction: FaultDirection): void {
    for (const fault of faults) this.#lanes[direction].afterwards(() => this.#act(fault));
  }

  #act(fault: FaultPlan): void {
    const { kind, value, directions } = fault;
    this.#isStuck ||= kind !== 'close';
    if (kind === 'close') {
      this.#note(`Both sides are closed with ${value}`, fault);
      if (value === 1006) this.#client?.terminate();
      else this.#client?.close(value, '');
      void this.#session.endAs({ code: value, reason: '' });
      return;
    }
    if (kind === 'half-open') {
      this.#note('Nothing is passed on any more, and neither side is told', fault);
      for (const way of ['in', 'out'] as const) {
        this.#lanes[way].cut();
        this.#hold(way);
      }
      return;
    }
    const releases = [...directions].map((way) => this.#hold(way));
    this.#note(`Reading stops${value > 0 ? ` for ${value} ms` : ''}`, fault);
    if (value > 0)
      this.#later(value, () => {
        this.#isStuck = false;
        for (const release of releases) release();
        this.#note('Reading goes on', fault);
      });
  }

  #later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, milliseconds);
    this.#timers.add(timer);
  }

  /** Stops reading from the sender of a direction. @returns resumes, unless another hold stands */
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
    const text = fault ? `${what}: ${fault.written} (line ${fault.line + 1}).` : what;
    this.#session.timeline.addDetail('note', 'none', { note: 'fault', text });
  }
}

/** The effect of the faults on one message. */
interface Disturbed {
  readonly passed: readonly {
    readonly payload: Uint8Array;
    readonly passage: Passage | undefined;
    /** Undefined: as the options say. */
    readonly fragmentSize: number | undefined;
  }[];
  /** Whether the rows of what is passed on have been recorded. */
  readonly isChanged: boolean;
  readonly then: readonly FaultPlan[];
}

/** The client's headers; headers set for the proxy take precedence. */
function merged(passed: HeaderList, given: HeaderList): HeaderList {
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  return [...passed.filter(([name]) => !names.has(name.toLowerCase())), ...given];
}
