import { EventEmitter, l10n, Uri, window } from 'vscode';
import type { Disposable, Event, LogOutputChannel } from 'vscode';
import { sessionName } from '../../core/session/secrets/mask.ts';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import { isDisabled } from '../../core/request/plan/checkDirectives.ts';
import { isLoopback } from '../../core/request/plan/serverPlan.ts';
import { requestName } from '../../core/request/plan/requestName.ts';
import type { PlacedRequest } from '../../core/request/run/runPorts.ts';
import { placedKey } from '../../core/request/syntax/requestKey.ts';
import type { Engine } from '../../engine/engine.ts';
import { proxyOfBlock, type BlockSources } from '../../engine/proxy/proxyBlock.ts';
import { startProxy } from '../../engine/proxy/recordingProxy.ts';
import { openReplayScript, type ReplayRemark } from '../../engine/replay/replayScript.ts';
import { replayServer } from '../../engine/replay/replayServer.ts';
import type { OpenPorts } from '../../engine/serve/openPorts.ts';
import { serverAddress, serveScripts, type ScriptedServers } from '../../engine/serve/scriptedServers.ts';
import type { Session } from '../../engine/session.ts';
import type { SessionTap } from '../../engine/timeline.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { OnClientFault, RefusedClient } from '../../shared/refusedClient.ts';
import { inertText } from '../inertText.ts';
import { requestFilePath, withSettings } from '../settings.ts';
import { requireTrust } from '../trust.ts';

/** Maximum ended connections and maximum refused clients of one server that stay listed. */
const MAX_ENDED = 20;

/** A listening server or proxy of this window. */
export interface RunningServer {
  readonly kind: 'server' | 'proxy';
  readonly name: string;
  /** The URL for clients. */
  readonly url: string;
  /** The target of a proxy. */
  readonly target?: string;
  /** The certificate that its clients see; undefined without TLS. */
  readonly certificate?:
    { readonly pem: string; readonly fingerprint: string; readonly isMade: boolean } | undefined;
  /** The block that it serves. */
  readonly placed?: PlacedRequest;
  /** Its connections, the latest first. Only a limited number of ended ones is kept. */
  readonly sessions: readonly Session[];
  /** The clients that were not accepted, the latest first. Only a limited number is kept. */
  readonly refused: readonly RefusedClient[];
  /** The number of times each rule or fault was triggered, by its line, counted from 0. */
  readonly fired: ReadonlyMap<number, number>;
}

interface Entry extends RunningServer {
  readonly sessions: Session[];
  readonly refused: RefusedClient[];
  readonly fired: Map<number, number>;
  readonly key: string | undefined;
  readonly stop: () => Promise<void>;
}

/** The properties of a server that listens. */
type Listening = Pick<Entry, 'name' | 'url' | 'target' | 'certificate' | 'stop'>;

/** The servers and proxies of this window. Nothing listens before the workspace is trusted. */
export class Servers implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly #running: Entry[] = [];
  /** Blocks that are being started. */
  readonly #starting = new Map<string, Promise<RunningServer | undefined>>();
  /** The listening ports. Blocks with the same port share one, and start and stop individually. */
  readonly #openPorts: OpenPorts = new Map();
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(
    private readonly engine: Engine,
    private readonly log: LogOutputChannel,
    private readonly sources: BlockSources,
  ) {}

  get all(): readonly RunningServer[] {
    return this.#running;
  }

  /** The server that serves a block. */
  find(placed: PlacedRequest): RunningServer | undefined {
    const key = placedKey(placed);
    return this.#running.find((entry) => entry.key === key);
  }

  /** The server that refused a client. */
  ofRefused(client: RefusedClient): RunningServer | undefined {
    return this.#running.find(({ refused }) => refused.includes(client));
  }

  /** The server that a session belongs to. */
  ofSession(session: Session): RunningServer | undefined {
    return this.#running.find(({ sessions }) => sessions.includes(session));
  }

  /**
   * Serves a `SERVE` or `PROXY` block, unless it is served already.
   * @returns undefined if the user declines to accept other machines
   * @throws DuplexError `file.invalid` for a block that cannot be served, `call.invalid` if it cannot listen
   */
  serve(placed: PlacedRequest): Promise<RunningServer | undefined> {
    const running = this.find(placed);
    if (running) return Promise.resolve(running);
    const key = placedKey(placed);
    const starting =
      this.#starting.get(key) ?? this.#serve(placed, key).finally(() => this.#starting.delete(key));
    this.#starting.set(key, starting);
    return starting;
  }

  /** Starts a proxy between clients and a target on a port of this machine. @param port 0 selects a free one */
  async proxy(target: string, port: number): Promise<RunningServer> {
    requireTrust('listen');
    return this.#add('proxy', undefined, undefined, async (shared) => {
      const started = await startProxy(this.engine, {
        target,
        host: '127.0.0.1',
        port,
        options: withSettings({ url: target }),
        // Initially without faults; panels switch them on.
        rules: { faults: [], ports: this.sources.ports, uri: '' },
        ...shared,
      });
      return { name: l10n.t('Proxy'), url: started.url, target, stop: () => started.stop() };
    });
  }

  /**
   * Plays the server of a recording to each client, on a free port of this machine.
   * @param speed how many times faster than recorded
   * @param onSession called with the session of each client
   * @throws DuplexError `file.invalid` for a recording without a connection
   */
  async replay(
    folder: string,
    speed: number,
    onSession: (session: Session) => void,
    onRemark: (remark: ReplayRemark) => void,
  ): Promise<RunningServer> {
    requireTrust('listen');
    const script = await openReplayScript(folder, 'server', onRemark);
    const adding = this.#add('server', undefined, undefined, async ({ tap, onFault, release }) => {
      const started = await replayServer(this.engine, script, {
        ...{ host: '127.0.0.1', port: 0, speed, onFault, release },
        tap: (session) => {
          const listed = tap(session);
          return {
            onRow(row) {
              if (row.kind === 'open') onSession(session());
              listed.onRow(row);
            },
          };
        },
      });
      const { pathname, search } = new URL(script.url);
      const url = `${started.url}${pathname}${search}`;
      const stop = (): Promise<void> => started.stop().finally(() => script.close());
      return { name: l10n.t('Replay of {0}', sessionName(script.url)), url, stop };
    });
    adding.catch(() => script.close());
    return adding;
  }

  async stop(server: RunningServer): Promise<void> {
    const at = this.#running.findIndex((entry) => entry === server);
    if (at === -1) return;
    const [entry] = this.#running.splice(at, 1);
    this.#changed.fire();
    await entry!.stop();
    await Promise.all(entry!.sessions.map((session) => this.engine.remove(session)));
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((server) => this.stop(server)));
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #serve(placed: PlacedRequest, key: string): Promise<RunningServer | undefined> {
    requireTrust('listen');
    const { request, uri } = placed;
    if (isDisabled(request.directives))
      throw new DuplexError('call.invalid', l10n.t('The block is switched off by @disabled: remove it.'));
    const name = requestName(request);
    const pathOf = (path: string): string => requestFilePath(Uri.parse(uri), path);
    if (request.listen) {
      const block = await proxyOfBlock(placed, this.sources, pathOf);
      if (!(await this.#mayListen(block.host))) return undefined;
      return this.#add('proxy', placed, key, async (shared) => {
        const options = withSettings({ ...block.options, url: block.target });
        const started = await startProxy(this.engine, { ...block, options, ...shared });
        const { url, certificate } = started;
        return { name, url, target: block.target, certificate, stop: () => started.stop() };
      });
    }
    const { host } = await serverAddress(placed, this.sources);
    if (!(await this.#mayListen(host))) return undefined;
    return this.#add('server', placed, key, async (shared) => {
      const started = await serveScripts(this.engine, {
        servers: [placed],
        openPorts: this.#openPorts,
        ...this.sources,
        options: resolvePaths({}, pathOf),
        ...shared,
      });
      const [{ url, certificate }] = started.servers as [ScriptedServers['servers'][number]];
      return { name, url, certificate, stop: () => started.stop() };
    });
  }

  /** Asks before other machines can connect. */
  async #mayListen(host: string): Promise<boolean> {
    if (isLoopback(host)) return true;
    const listen = l10n.t('Listen');
    const chosen = await window.showWarningMessage(
      inertText(
        l10n.t('{0} is not an address of this machine alone: others in the network can connect.', host),
      ),
      { modal: true },
      listen,
    );
    return chosen === listen;
  }

  async #add(
    kind: Entry['kind'],
    placed: PlacedRequest | undefined,
    key: string | undefined,
    start: (shared: SharedHooks) => Promise<Listening>,
  ): Promise<RunningServer> {
    const sessions: Session[] = [];
    const refused: RefusedClient[] = [];
    const fired = new Map<number, number>();
    const listening = await start({
      tap: (session) => ({
        onRow: ({ kind: row }) => {
          if (row !== 'open' && row !== 'error') return;
          if (!sessions.includes(session())) sessions.unshift(session());
          this.#changed.fire();
        },
      }),
      onFault: (sentence, client) => {
        this.log.warn(sentence);
        if (!client) return;
        refused.unshift(client);
        refused.splice(MAX_ENDED);
        this.#changed.fire();
      },
      onFired: (line) => {
        fired.set(line, (fired.get(line) ?? 0) + 1);
        this.#changed.fire();
      },
      release: (session) => this.#release(session, sessions),
    });
    const entry: Entry = { kind, key, ...(placed && { placed }), ...listening, sessions, refused, fired };
    this.#running.push(entry);
    this.#changed.fire();
    return entry;
  }

  /** Handles the end of a connection. It stays listed for a while, so that its panel can be read. */
  async #release(session: Session, sessions: Session[]): Promise<void> {
    if (!sessions.includes(session)) return this.engine.remove(session);
    const ended = sessions.filter(({ state }) => state === 'closed' || state === 'failed');
    for (const oldest of ended.slice(MAX_ENDED)) {
      sessions.splice(sessions.indexOf(oldest), 1);
      await this.engine.remove(oldest);
    }
    this.#changed.fire();
  }
}

interface SharedHooks {
  readonly tap: (session: () => Session) => SessionTap;
  readonly onFault: OnClientFault;
  readonly onFired: (line: number) => void;
  readonly release: (session: Session) => Promise<void>;
}
