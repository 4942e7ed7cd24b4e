import type { DuplexError } from '../shared/errors.ts';
import type { PanelEvents, PanelHostCalls } from '../shared/panelProtocol.ts';
import { createRpc } from '../shared/rpc.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The extension host as the page sees it. */
export interface Host {
  readonly calls: PanelHostCalls;
  /** What an earlier page left with VS Code. */
  readonly kept: unknown;
  keep(state: object): void;
}

/** Milliseconds that reading rows or lines may take; other calls wait for a person, the network or a large message. */
const TIMEOUT = 30_000;

/** To be called once: VS Code gives its API only once. */
export function connectHost(events: PanelEvents, onError: (error: DuplexError) => void): Host {
  const api = acquireVsCodeApi();
  const channel = {
    post: (message: unknown) => api.postMessage(message),
    listen(receive: (message: unknown) => void) {
      const onMessage = (event: MessageEvent): void => receive(event.data);
      window.addEventListener('message', onMessage);
      return () => window.removeEventListener('message', onMessage);
    },
  };
  const { remote } = createRpc<PanelHostCalls, PanelEvents>(channel, events, {
    events: ['keepDraft', 'endSearch'],
    timeout: TIMEOUT,
    untimed: [
      'openDocument',
      'send',
      'pickFile',
      'connect',
      'disconnect',
      'savePayload',
      'copyPayload',
      'copyDocument',
      'copyRange',
      'saveRange',
      'applyFix',
      'keepFrames',
      'run',
    ],
    onError,
  });
  return { calls: remote, kept: api.getState(), keep: (state) => api.setState(state) };
}
