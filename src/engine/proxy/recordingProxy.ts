import { connectOptions } from '../../core/session/options/connectOptions.ts';
import type { Connection } from '../../net/connection.ts';
import type { ClientRequest } from '../../serve/clientRequest.ts';
import { listen, type Listening } from '../../serve/listen.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { CloseDetail, ErrorDetail, HeaderList, OpenDetail } from '../../shared/timeline.ts';
import type { Engine } from '../engine.ts';
import { detailOf } from '../recordingFile.ts';
import { Session } from '../session.ts';
import type { SessionTap } from '../timeline.ts';

export interface ProxyOptions {
  /** The target of each connection. Its path applies to all of them; for a bare origin the client's path is used. */
  readonly target: string;
  readonly host: string;
  readonly port: number;
  /** The options for connecting to the target. */
  readonly options: Partial<ConnectOptions>;
  /** Receives each session before it connects. @returns a tap for its rows */
  readonly tap: (session: () => Session, number: number) => SessionTap;
  /** Receives one sentence about a client's mistake. */
  readonly onFault: (sentence: string) => void;
}

export interface RecordingProxy extends Listening {
  /** Stops listening and closes all connections with 1001. */
  stop(): Promise<void>;
}

/** Bytes on their way to one side at which reading from the other side stops. */
const HIGH_WATER = 1024 * 1024;

/** The bytes that each message counts besides its payload, because empty ones cost memory too. */
const OVERHEAD = 64;

/** Hop-by-hop headers, and those that each side's handshake creates. */
const OWN_HEADERS =
  /^(?:host|connection|upgrade|proxy-.*|sec-websocket-(?:key|version|protocol|extensions))$/i;

/**
 * Listens for clients and connects each one to the target. Every connection is a session of the engine: messages from
 * the target are received, messages from the client are sent. Each side has its own compression and masking; pings and
 * pongs are forwarded.
 * @throws DuplexError `call.invalid` if it cannot listen, `url.invalid` for the target
 */
export async function startProxy(engine: Engine, proxy: ProxyOptions): Promise<RecordingProxy> {
  connectOptions({ ...proxy.options, url: proxy.target });
  const links = new Set<Link>();
  let count = 0;
  const onRequest = (request: ClientRequest): void => {
    const link: Link = new Link(engine, proxy, request, ++count, () => links.delete(link));
    links.add(link);
  };
  const listening = await listen(proxy, onRequest, proxy.onFault);
  return {
    ...listening,
    async stop() {
      await listening.close();
      await Promise.all([...links].map((link) => link.stop()));
    },
  };
}

/** One client and its connection to the target. */
class Link {
  readonly #session: Session;
  readonly #options: ConnectOptions;
  #client: Connection | undefined;
  #isOpen = false;
  /** Events of the target's side before the client's side was open. */
  #early: (() => void)[] = [];
  readonly #toClient = new Way(() => this.#session.hold());
  readonly #toTarget = new Way(() => {
    const client = this.#client;
    client?.pause();
    return () => client?.resume();
  });
  readonly #ended: Promise<void>;

  constructor(
    engine: Engine,
    private readonly proxy: ProxyOptions,
    private readonly request: ClientRequest,
    number: number,
    private readonly onEnd: () => void,
  ) {
    const { target, options } = proxy;
    const passed = request.headers.filter(([name]) => !OWN_HEADERS.test(name));
    const tap = proxy.tap(() => this.#session, number);
    this.#session = engine.create(
      {
        ...options,
        url: targetUrl(target, request.target),
        headers: merged(passed, options.headers ?? []),
        subprotocols: request.subprotocols,
        reconnect: 0,
        heartbeat: 0,
        // Pings are forwarded, and so are the pongs that answer them.
        autoPong: false,
      },
      {
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
    this.#client?.close(1001, '');
    await this.#session.disconnect(1001, '');
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
    this.onEnd();
    await engine.remove(this.#session);
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

  #onRow({ kind, direction, payload }: Parameters<SessionTap['onRow']>[0]): void {
    if (kind === 'open') this.#accept((detailOf(payload) as unknown as OpenDetail).protocol);
    else if (kind === 'close') {
      const { code, reason } = detailOf(payload) as unknown as CloseDetail;
      this.#toOpenClient((client) => {
        if (code === 1006) client.terminate();
        else client.close(code, reason);
      });
    } else if (direction === 'in' && kind !== 'error' && kind !== 'note') {
      // The row's payload is a view that is valid only during the call.
      const data = payload.slice();
      this.#toOpenClient((client) => this.#toClient.pass(data.length, () => sendOver(client, kind, data)));
    }
  }

  #toOpenClient(act: (client: Connection) => void): void {
    if (this.#isOpen && this.#client) act(this.#client);
    else this.#early.push(() => this.#client && act(this.#client));
  }

  #accept(protocol: string): void {
    // Reading from the target waits until a client can receive it.
    const release = this.#session.hold();
    const toTarget = (kind: Passed, payload: Uint8Array): void => {
      const data = payload.slice();
      this.#toTarget.pass(data.length, () => sendOver(this.#session, kind, data));
    };
    this.#client = this.request.accept(protocol, this.#options, {
      onOpen: () => {
        this.#isOpen = true;
        for (const act of this.#early.splice(0)) act();
        release();
      },
      onMessage: toTarget,
      onControl: (kind, direction, payload) => {
        if (direction === 'in') toTarget(kind, payload);
      },
      onError: (error) => this.proxy.onFault(error.message),
      onEnd: (close) => {
        this.#early = [];
        void this.#session.endAs(close ?? { code: 1006, reason: '' });
      },
    });
  }
}

type Passed = 'text' | 'binary' | 'ping' | 'pong';

function sendOver(side: Connection | Session, kind: Passed, data: Uint8Array): Promise<void> {
  if (kind === 'ping' || kind === 'pong') return side[kind](data);
  return side instanceof Session ? side.send({ kind, data }) : side.send(kind, data);
}

/** Bytes on their way to one side. If there are too many, reading from the other side stops. */
class Way {
  #bytes = 0;
  #release: (() => void) | undefined;

  /** @param hold stops reading from the other side. @returns resumes reading */
  constructor(private readonly hold: () => () => void) {}

  pass(payload: number, send: () => Promise<void>): void {
    const length = payload + OVERHEAD;
    this.#bytes += length;
    if (this.#bytes > HIGH_WATER) this.#release ??= this.hold();
    const done = (): void => {
      this.#bytes -= length;
      if (this.#bytes > HIGH_WATER / 2) return;
      this.#release?.();
      this.#release = undefined;
    };
    // A closed side ends the session by itself.
    send().then(done, done);
  }
}

/** The target URL of a client's connection. */
function targetUrl(target: string, requested: string): string {
  const { pathname, search } = new URL(target);
  return pathname === '/' && search === '' ? new URL(requested.replace(/^\/+/, '/'), target).href : target;
}

/** The client's headers; headers set for the proxy take precedence. */
function merged(passed: HeaderList, given: HeaderList): HeaderList {
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  return [...passed.filter(([name]) => !names.has(name.toLowerCase())), ...given];
}
