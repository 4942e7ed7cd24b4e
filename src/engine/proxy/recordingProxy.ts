import { faultText, type FaultPlan } from '../../core/request/plan/faultPlan.ts';
import { createRefusalPicker } from '../../core/request/run/applyFaults.ts';
import { connectOptions } from '../../core/session/options/connectOptions.ts';
import { AUTO_PROTOCOL, NO_PROTOCOL } from '../../core/protocol/registry.ts';
import type { ClientRequest } from '../../serve/clientRequest.ts';
import { listen, type Listening } from '../../serve/listen.ts';
import type { ServerCertificate } from '../../serve/serverCertificate.ts';
import type { OnClientFault } from '../../shared/refusedClient.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { Engine } from '../engine.ts';
import { ProxyRelay, type RelayParts } from './proxyRelay.ts';
import { RelayFaults } from './relayFaults.ts';
import { LiveFaults, type ProxyRules } from './liveFaults.ts';

export interface ProxyOptions {
  /** The target of each connection. Its path applies to all connections; if it has none, the client's path is used. */
  readonly target: string;
  readonly host: string;
  readonly port: number;
  /** The certificate that clients receive; undefined: without TLS. */
  readonly certificate?: ServerCertificate | undefined;
  /** The options for connecting to the target. */
  readonly options: Partial<ConnectOptions>;
  /** Receives each session before it connects. @returns a tap for its rows */
  readonly tap: RelayParts['tap'];
  /** Receives one sentence about a client's mistake, and about each client that is refused on purpose. */
  readonly onFault: OnClientFault;
  /** The faults of messages and handshakes; undefined: none, and none can be switched on. */
  readonly rules?: ProxyRules | undefined;
  /** Receives the line of each fault that fires, counted from 0. */
  readonly onFired?: ((line: number) => void) | undefined;
  /** Receives each session when its connection has ended; by default it is removed from the engine. */
  readonly release?: RelayParts['release'];
}

export interface RecordingProxy extends Listening {
  /** Stops listening and closes all connections with 1001. */
  stop(): Promise<void>;
}

/**
 * Listens for clients and connects each one to the target. Every connection is a session of the engine: messages from
 * the target are received, messages from the client are sent. Each side has its own compression and masking; pings and
 * pongs are forwarded.
 * @throws DuplexError `call.invalid` if it cannot listen, `url.invalid` for the target
 */
export async function startProxy(engine: Engine, proxy: ProxyOptions): Promise<RecordingProxy> {
  connectOptions({ ...proxy.options, url: proxy.target });
  const { rules, target, options, tap, onFault, release } = proxy;
  const live = rules && (await LiveFaults.create(rules, namedProtocolOf(options)));
  const onFired = (fault: FaultPlan): void => {
    live?.fire(fault);
    if (fault.line !== undefined) proxy.onFired?.(fault.line);
  };
  const refused = createRefusalPicker(() => live?.active ?? [], Math.random);
  const links = new Set<ProxyRelay>();
  let count = 0;
  const onRequest = (request: ClientRequest): void => {
    const number = ++count;
    const refusal = refused(number);
    if (refusal) {
      onFired(refusal);
      const reason = faultText(refusal);
      request.refuse({ status: refusal.value, body: `Refused by the proxy: ${reason}\n` });
      return onFault(`${request.peer} was refused: ${reason}.`, request.refused(refusal.value, `${reason}.`));
    }
    const link: ProxyRelay = new ProxyRelay(engine, request, {
      number,
      url: targetUrl(target, request.target),
      options,
      tap,
      onFault,
      onFired,
      release,
      onEnd: () => links.delete(link),
      live,
      faults: live && new RelayFaults(live, number, onFault, onFired),
    });
    links.add(link);
  };
  const listening = await listen(proxy, onRequest, onFault);
  return {
    ...listening,
    async stop() {
      await listening.close();
      await Promise.all([...links].map((link) => link.stop()));
    },
  };
}

/** The protocol that the proxy decodes, if the options name one. */
function namedProtocolOf({ protocol }: ProxyOptions['options']): string | undefined {
  return protocol === AUTO_PROTOCOL || protocol === NO_PROTOCOL ? undefined : protocol;
}

/** The target URL of a client's connection. */
function targetUrl(target: string, requested: string): string {
  const { pathname, search } = new URL(target);
  return pathname === '/' && search === '' ? new URL(requested.replace(/^\/+/, '/'), target).href : target;
}
